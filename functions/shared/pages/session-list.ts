/** A section of the account page: where this user is signed in. */
import type { SessionRecord } from '../domain/session-records.ts';
import { browserName } from './browser-name.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { timeInUtc } from './time-in-utc.ts';

export interface ListedSession extends Pick<SessionRecord, 'createdAt' | 'lastSeenAt' | 'client'> {
  readonly isCurrent: boolean;
}

const texts = {
  en: {
    title: 'Where you are signed in',
    unknown: 'Unknown browser',
    on: (browser: string, system: string) => `${browser} on ${system}`,
    current: 'This browser',
    lastSeen: 'Last seen',
    since: 'Signed in',
    address: 'Address',
  },
  zh: {
    title: '已登录的位置',
    unknown: '未知浏览器',
    on: (browser: string, system: string) => `${system} 上的 ${browser}`,
    current: '当前浏览器',
    lastSeen: '上次活动',
    since: '登录时间',
    address: '地址',
  },
} satisfies Record<Language, unknown>;

export function sessionList(sessions: readonly ListedSession[], language: Language): Html {
  const text = texts[language];
  return html`<section class="card" aria-labelledby="sessions">
    <h2 id="sessions">${text.title}</h2>
    <ul class="sessions">
      ${sessions.map((session) => listed(session, language))}
    </ul>
  </section>`;
}

function listed({ isCurrent, client, createdAt, lastSeenAt }: ListedSession, language: Language): Html {
  const text = texts[language];
  const { browser, system } = browserName(client.userAgent);
  const name =
    browser !== undefined && system !== undefined ? text.on(browser, system) : (browser ?? system ?? text.unknown);
  const address =
    client.ipAddress === undefined ? undefined : html` · ${text.address} <code>${client.ipAddress}</code>`;
  return html`<li>
    <h3><bdi>${name}</bdi></h3>
    ${isCurrent ? html`<span class="tag">${text.current}</span>` : undefined}
    <p>
      ${text.lastSeen} ${timeInUtc(lastSeenAt, language)} · ${text.since} ${timeInUtc(createdAt, language)}${address}
    </p>
  </li>`;
}
