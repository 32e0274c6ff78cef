import { describe, expect, it } from 'vitest';
import { moduleProblems } from '../../../functions/shared/domain/module-connections.ts';
import type { KeptConnection } from '../../../functions/shared/domain/module-keeper.ts';
import type { Language } from '../../../functions/shared/pages/language.ts';
import { type ModuleCard, moduleCards } from '../../../functions/shared/pages/module-cards.ts';
import { loadModules } from '../../../functions/shared/wiring/load-modules.ts';
import { firstOf } from '../../support/first-of.ts';

const via = { connectVia: 'workos' } as const;
const gmail = firstOf(await loadModules({ gmail: via }));
const github = firstOf(await loadModules({ github: via }));
const modify = firstOf(gmail.scopes);

const connection: KeptConnection = {
  module: 'gmail',
  status: 'connected',
  account: { id: '1000', address: 'alice@example.com' },
  scopes: [modify],
  connectedAt: new Date('2026-11-20T08:00:00Z'),
  refreshedAt: new Date('2026-11-22T23:30:00Z'),
  problem: undefined,
  mailbox: { historyId: '4711', messagesTotal: 1234567, lastSyncedAt: new Date('2026-11-22T23:35:00Z') },
  nextTurnAt: new Date('2026-11-22T23:50:00Z'),
};
const broken = { ...connection, status: 'reauthorization_required', nextTurnAt: undefined } as const;

const show = (
  cards: readonly ModuleCard[],
  { language = 'en', isReadOnly = false }: { language?: Language; isReadOnly?: boolean } = {},
): string => (moduleCards(cards, { language, isReadOnly }) ?? '').toString().replace(/\s+/g, ' ');
const showGmail = (kept: KeptConnection | undefined, options?: Parameters<typeof show>[1]): string =>
  show([{ module: gmail, connection: kept }], options);

const connectLink = '<a class="button" href="/oauth/gmail/connect?return_to=/dashboard"';
const disconnectForm = '<form method="post" action="/modules/gmail/disconnect">';

describe('moduleCards()', () => {
  it('shows nothing where no module is switched on', () => {
    expect(show([])).toBe('');
  });

  it('has a card for each module, with what it is for', () => {
    const shown = show([
      { module: gmail, connection },
      { module: github, connection: undefined },
    ]);
    expect(shown).toContain('<h3 id="module-gmail">Gmail</h3>');
    expect(shown).toContain('<p>Keeps up with your mailbox, also while you are away.</p>');
    expect(shown).toContain('<h3 id="module-github">GitHub</h3>');
  });

  it('says of one that is not connected what it would ask for, and links to the consent', () => {
    const shown = showGmail(undefined);
    expect(shown).toContain('<span class="tag">Not connected</span>');
    expect(shown).toContain('<li>Read, write and send your mail, and move it to the bin</li>');
    expect(shown).toContain(connectLink);
    expect(shown).toMatch(/aria-label="Connect: Gmail" ?>Connect</);
    expect(shown).not.toContain('<form');
  });

  it('says of one that is connected whose account, what is allowed, and since when', () => {
    const shown = showGmail(connection);
    expect(shown).toContain('<span class="tag">Connected</span>');
    expect(shown).toContain('<bdi>alice@example.com</bdi>');
    expect(shown).toContain('<li>Read, write and send your mail, and move it to the bin</li>');
    expect(shown).toMatch(/Connected<\/dt> <dd><time [^>]+>20 November 2026 at 08:00 UTC/);
    expect(shown).toMatch(/Access last renewed<\/dt> <dd><time [^>]+>22 November 2026 at 23:30 UTC/);
    expect(shown).not.toContain(connectLink);
  });

  it('says how far a mailbox is synced', () => {
    const shown = showGmail(connection);
    expect(shown).toMatch(/Last synced<\/dt> <dd><time [^>]+>22 November 2026 at 23:35 UTC/);
    expect(shown).toMatch(/Messages<\/dt> <dd>1,234,567</);
    expect(showGmail({ ...connection, mailbox: undefined })).toMatch(/Last synced<\/dt> <dd>Not yet</);
  });

  it('speaks of no mailbox where there is none', () => {
    const { mailbox: _, nextTurnAt: __, ...plain } = connection;
    const kept = { ...plain, module: 'github', scopes: ['repo'], mailbox: undefined, nextTurnAt: undefined };
    expect(show([{ module: github, connection: kept }])).not.toMatch(/synced|Messages/);
  });

  it('has a form that disconnects, and says where Google keeps its own list', () => {
    const shown = showGmail(connection);
    expect(shown).toContain(disconnectForm);
    expect(shown).toMatch(/aria-label="Disconnect: Gmail" ?> ?Disconnect ?<\/button>/);
    expect(shown).toContain('Disconnecting makes us forget this access.');
    expect(shown).toContain('<a href="https://myaccount.google.com/permissions">');
    const ofGithub = show([{ module: github, connection: { ...connection, module: 'github' } }]);
    expect(ofGithub).toContain('action="/modules/github/disconnect"');
    expect(ofGithub).not.toContain('google.com/permissions');
  });

  it.each(moduleProblems)('says in words of its own what is wrong (%s), and how to mend it', (problem) => {
    for (const language of ['en', 'zh'] as const) {
      const shown = showGmail({ ...broken, problem }, { language });
      const others = moduleProblems.filter((other) => other !== problem);
      const noticeOf = (text: string) => /<p class="notice">(.+?)<\/p>/.exec(text)?.[1] ?? '';
      expect(noticeOf(shown)).toContain('Google');
      expect(shown).not.toContain(problem);
      for (const other of others) {
        expect(noticeOf(showGmail({ ...broken, problem: other }, { language }))).not.toBe(noticeOf(shown));
      }
      expect(shown).toContain(connectLink);
      expect(shown).toContain(disconnectForm);
    }
    expect(showGmail({ ...broken, problem })).toContain('Connect again');
  });

  it('says that something is wrong where the problem has no name', () => {
    expect(showGmail({ ...broken, problem: undefined })).toContain('Google no longer accepts the access you gave');
  });

  it('shows a scope that nobody has words for by its name, and says nothing twice', () => {
    const info = 'https://www.googleapis.com/auth/userinfo';
    const scopes = ['openid', 'email', `${info}.email`, `${info}.profile`, 'x.<new>', '__proto__'];
    const items = [...showGmail({ ...connection, scopes }).matchAll(/<li>(.*?)<\/li>/g)].map(([, item]) => item);
    expect(items).toEqual([
      'Know which account it is',
      'See its e-mail address',
      'See its name and picture',
      '<code>x.&lt;new&gt;</code>',
      '<code>__proto__</code>',
    ]);
  });

  it('offers an impersonator nothing to change', () => {
    for (const kept of [undefined, connection, { ...broken, problem: 'grant_revoked' } as const]) {
      const shown = showGmail(kept, { isReadOnly: true });
      expect(shown).toContain('<h3 id="module-gmail">Gmail</h3>');
      expect(shown).not.toMatch(/<form|<button|<a /);
    }
  });

  it('speaks Chinese', () => {
    const shown = showGmail({ ...broken, problem: 'grant_revoked' }, { language: 'zh' });
    for (const text of [
      '已连接的服务',
      '需要您处理',
      '重新连接：Gmail',
      '断开连接：Gmail',
      '读取、撰写和发送您的邮件',
    ]) {
      expect(shown).toContain(text);
    }
    expect(shown).not.toMatch(/Connect|Account|Synced/);
  });
});
