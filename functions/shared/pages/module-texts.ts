/** The words around modules on the account page. */
import type { ConnectionStatus, ModuleProblem } from '../domain/module-connections.ts';
import type { ProviderName } from '../domain/modules.ts';
import type { Language } from './language.ts';

export const providerTitles: Readonly<Record<ProviderName, string>> = { google: 'Google', github: 'GitHub' };

interface Texts {
  readonly title: string;
  readonly status: Readonly<Record<ConnectionStatus | 'not_connected', string>>;
  /** What happened, and what mends it: the button below. */
  readonly problems: Readonly<Record<ModuleProblem, (provider: string) => string>>;
  readonly labels: Readonly<
    Record<'account' | 'asks' | 'connected' | 'messages' | 'refreshed' | 'scopes' | 'synced', string>
  >;
  readonly notYet: string;
  readonly connect: string;
  readonly connectAgain: string;
  readonly disconnect: string;
  /** A button's name for those who cannot see which card it is in. It begins with what the button says (WCAG 2.5.3). */
  readonly named: (action: string, module: string) => string;
  readonly elsewhere: string;
  readonly elsewhereLink: string;
}

export const moduleTexts = {
  en: {
    title: 'Connections',
    status: {
      connected: 'Connected',
      not_connected: 'Not connected',
      reauthorization_required: 'Needs you',
    },
    problems: {
      grant_revoked: (provider) =>
        `${provider} no longer accepts the access you gave: it was taken back there, or has expired. Connect again to go on.`,
      refresh_interrupted: (provider) =>
        `We were interrupted while renewing the access at ${provider}, and it was lost. Nothing is wrong with your account; connect again to go on.`,
      scope_missing: (provider) =>
        `The access you gave at ${provider} does not allow what is needed here. Connect again and leave every box ticked.`,
    },
    labels: {
      asks: 'Connecting it asks you to allow:',
      account: 'Account',
      scopes: 'You allowed',
      connected: 'Connected',
      refreshed: 'Access last renewed',
      synced: 'Last synced',
      messages: 'Messages',
    },
    notYet: 'Not yet',
    connect: 'Connect',
    connectAgain: 'Connect again',
    disconnect: 'Disconnect',
    named: (action, module) => `${action}: ${module}`,
    elsewhere: 'Disconnecting makes us forget this access. What Google still keeps of it you can end there:',
    elsewhereLink: 'your permissions at Google',
  },
  zh: {
    title: '已连接的服务',
    status: {
      connected: '已连接',
      not_connected: '未连接',
      reauthorization_required: '需要您处理',
    },
    problems: {
      grant_revoked: (provider) => `${provider} 不再接受您授予的访问权限：它已被收回或已过期。请重新连接以继续使用。`,
      refresh_interrupted: (provider) =>
        `我们在更新 ${provider} 的访问权限时被中断，权限已丢失。您的账户没有问题；请重新连接以继续使用。`,
      scope_missing: (provider) =>
        `您在 ${provider} 授予的访问权限不足以完成此处所需的操作。请重新连接，并保留所有勾选项。`,
    },
    labels: {
      asks: '连接时会请您允许：',
      account: '账户',
      scopes: '您已允许',
      connected: '连接时间',
      refreshed: '上次更新权限',
      synced: '上次同步',
      messages: '邮件数',
    },
    notYet: '尚未同步',
    connect: '连接',
    connectAgain: '重新连接',
    disconnect: '断开连接',
    named: (action, module) => `${action}：${module}`,
    elsewhere: '断开连接后，我们会忘记这项访问权限。Google 仍保留的部分，您可以在那里撤销：',
    elsewhereLink: '您在 Google 的权限',
  },
} satisfies Record<Language, Texts>;
