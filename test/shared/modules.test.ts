import { describe, expect, it } from 'vitest';
import { loadModules } from '../../functions/shared/wiring/load-modules.ts';
import { moduleNames } from '../../lib/module-settings.ts';

describe.each(moduleNames())('module %s', (name) => {
  it('says what it asks for, and what each scope allows in plain words of every language', async () => {
    const [module] = await loadModules({ [name]: { connectVia: 'direct' } });
    expect(module).toMatchObject({ name, connectVia: 'direct' });
    expect(module?.scopes).not.toHaveLength(0);
    for (const texts of Object.values(module?.texts ?? {})) {
      expect(texts.title).not.toBe('');
      expect(texts.purpose).not.toBe('');
      expect(Object.keys(texts.scopes)).toEqual(module?.scopes);
    }
  });
});

describe('loadModules()', () => {
  it('gives those that the settings switch on, in their order', async () => {
    const modules = await loadModules({ github: { connectVia: 'direct' }, gmail: { connectVia: 'workos' } });
    expect(modules.map(({ name, connectVia }) => [name, connectVia])).toEqual([
      ['github', 'direct'],
      ['gmail', 'workos'],
    ]);
  });
});
