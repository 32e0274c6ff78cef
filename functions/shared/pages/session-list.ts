/** A section of the account page: where this user is signed in. */
import type { OwnSession } from '../domain/own-sessions.ts';
import { browserName } from './browser-name.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { timeInUtc } from './time-in-utc.ts';

export interface ListedSession extends Pick<OwnSession, 'client' | 'createdAt' | 'lastSeenAt' | 'sessionId'> {
  readonly isCurrent: boolean;
  /** Of a native session: which app it is. Absent for a browser. */
  readonly appName?: string;
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
    end: 'End session',
    endThis: (name: string) => `End session: ${name}`,
  },
  zh: {
    title: '已登录的位置',
    unknown: '未知浏览器',
    on: (browser: string, system: string) => `${system} 上的 ${browser}`,
    current: '当前浏览器',
    lastSeen: '上次活动',
    since: '登录时间',
    address: '地址',
    end: '结束会话',
    endThis: (name: string) => `结束会话：${name}`,
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

function listed(session: ListedSession, language: Language): Html {
  const text = texts[language];
  const { isCurrent, client, createdAt, lastSeenAt } = session;
  const name = session.appName ?? browserIn(client.userAgent, language);
  const address =
    client.ipAddress === undefined ? undefined : html` · ${text.address} <code>${client.ipAddress}</code>`;
  return html`<li>
    <h3><bdi>${name}</bdi></h3>
    ${isCurrent ? html`<span class="tag">${text.current}</span>` : endButton(session.sessionId, name, language)}
    <p>
      ${text.lastSeen} ${timeInUtc(lastSeenAt, language)} · ${text.since} ${timeInUtc(createdAt, language)}${address}
    </p>
  </li>`;
}

function browserIn(userAgent: string | undefined, language: Language): string {
  const text = texts[language];
  const { browser, system } = browserName(userAgent);
  return browser !== undefined && system !== undefined ? text.on(browser, system) : (browser ?? system ?? text.unknown);
}

/** Which one it ends is in its name too: a list of buttons that all say the same is of no use to those who hear it read. */
function endButton(sessionId: string, name: string, language: Language): Html {
  const text = texts[language];
  return html`<form method="post" action="/sessions/${sessionId}/end">
    <button class="button quiet" type="submit" aria-label="${text.endThis(name)}">${text.end}</button>
  </form>`;
}
