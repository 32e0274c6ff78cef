import { describe, expect, it } from 'vitest';
import type { Language } from '../../../functions/shared/pages/language.ts';
import { type ListedSession, sessionList } from '../../../functions/shared/pages/session-list.ts';

const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0';
const session: ListedSession = {
  sessionId: 'b'.repeat(32),
  isCurrent: false,
  createdAt: new Date('2026-11-20T08:00:00Z'),
  lastSeenAt: new Date('2026-11-22T23:35:00Z'),
  client: { ipAddress: '192.0.2.1', userAgent },
};

const show = (sessions: readonly ListedSession[], language: Language = 'en'): string =>
  sessionList(sessions, language).toString().replace(/\s+/g, ' ');
const showClient = (client: ListedSession['client'], language: Language = 'en'): string =>
  show([{ ...session, client }], language);

describe('sessionList()', () => {
  it('says from which browser, since when and from where', () => {
    const english = show([session]);
    expect(english).toContain('<h2 id="sessions">Where you are signed in</h2>');
    expect(english).toContain('<h3><bdi>Firefox on Linux</bdi></h3>');
    expect(english).toMatch(/Last seen <time [^>]+>22 November 2026 at 23:35 UTC<\/time>/);
    expect(english).toMatch(/Signed in <time [^>]+>20 November 2026 at 08:00 UTC<\/time>/);
    expect(english).toContain('Address <code>192.0.2.1</code>');
  });

  it('says it in Chinese', () => {
    const chinese = show([{ ...session, isCurrent: true }], 'zh');
    for (const text of ['已登录的位置', 'Linux 上的 Firefox', '当前浏览器', '2026年11月22日 23:35 UTC']) {
      expect(chinese).toContain(text);
    }
  });

  it('marks the browser that asks, and no other', () => {
    const [current = '', other = ''] = show([{ ...session, isCurrent: true }, session])
      .split('<li>')
      .slice(1);
    expect(current).toContain('This browser');
    expect(other).not.toContain('This browser');
  });

  it('has a button for each of the others that ends it, and says which to those who cannot see where it stands', () => {
    const form = `<form method="post" action="/sessions/${session.sessionId}/end">`;
    const english = show([session]);
    expect(english).toContain(form);
    expect(english).toMatch(/aria-label="End session: Firefox on Linux"\s*>End session<\/button>/);
    expect(show([session], 'zh')).toMatch(/aria-label="结束会话：Linux 上的 Firefox"\s*>结束会话<\/button>/);
    expect(show([{ ...session, isCurrent: true }])).not.toContain('<form');
  });

  it('calls an app by its name', () => {
    const app = show([{ ...session, appName: 'Sample <app>' }]);
    expect(app).toContain('<h3><bdi>Sample &lt;app&gt;</bdi></h3>');
    expect(app).not.toContain('Firefox');
  });

  it('keeps the order that it is given', () => {
    const clients = ['192.0.2.1', '2001:db8::1', '192.0.2.2'].map((ipAddress) => ({
      ...session,
      client: { ipAddress },
    }));
    expect(show(clients).match(/<code>[^<]+/g)).toEqual(['<code>192.0.2.1', '<code>2001:db8::1', '<code>192.0.2.2']);
  });

  it.each([
    ['a browser without a system', 'Firefox/146.0', 'Firefox', 'Firefox'],
    ['a system without a browser', 'Desktop (Macintosh)', 'macOS', 'macOS'],
    ['neither', 'curl/8.17.0', 'Unknown browser', '未知浏览器'],
    ['nothing', undefined, 'Unknown browser', '未知浏览器'],
  ])('has a name for %s', (_, agent, english, chinese) => {
    const client = agent === undefined ? {} : { userAgent: agent };
    expect(showClient(client)).toContain(`<bdi>${english}</bdi>`);
    expect(showClient(client, 'zh')).toContain(`<bdi>${chinese}</bdi>`);
  });

  it('leaves out an address that it does not know', () => {
    expect(showClient({ userAgent })).not.toContain('Address');
  });

  it('takes no markup from outside', () => {
    const client = { ipAddress: '<b>', userAgent: '<script>' };
    expect(showClient(client)).not.toMatch(/<b>|<script>/);
    expect(showClient(client)).toContain('<code>&lt;b&gt;</code>');
  });
});
