/** GitHub: a user's repositories, private ones among them. */
import type { ModuleDefinition } from '../domain/modules.ts';

export const definition: ModuleDefinition = {
  provider: 'github',
  scopes: ['repo'],
  texts: {
    en: {
      title: 'GitHub',
      purpose: 'Shows and works with your repositories.',
      scopes: { repo: 'Read and change your repositories, private ones too' },
    },
    zh: {
      title: 'GitHub',
      purpose: '显示并处理您的代码仓库。',
      scopes: { repo: '读取和更改您的代码仓库，包括私有仓库' },
    },
  },
};
