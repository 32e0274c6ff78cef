/** `GET /dashboard`: the account page, a column of sections. A new one is one more line in `main`. */
import type { User } from '../domain/users.ts';
import type { HttpResponse } from '../http/response.ts';
import { authMethodName } from './auth-method-name.ts';
import { connectNotice, type ConnectOutcome } from './connect-notice.ts';
import { detailsRow } from './details-row.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { type PageOptions, pageResponse } from './layout.ts';
import { type ModuleCard, moduleCards } from './module-cards.ts';
import { displayName, type PageUser } from './page-user.ts';
import { portrait } from './portrait.ts';
import { type ListedSession, sessionList } from './session-list.ts';
import { timeInUtc } from './time-in-utc.ts';

/** What the page tells about the account beyond `PageUser`; organization and roles are those of this session. */
export type Account = Pick<User, 'userId' | 'authMethod' | 'organizationId' | 'roles' | 'createdAt' | 'lastSignInAt'>;

export interface DashboardPageOptions extends PageOptions {
  readonly user: PageUser;
  readonly account: Account;
  readonly modules: readonly ModuleCard[];
  /** Of a consent that the reader comes back from. */
  readonly connectOutcome?: ConnectOutcome | undefined;
  readonly sessions: readonly ListedSession[];
}

const texts = {
  en: {
    title: 'Your account',
    signOut: 'Sign out',
    details: 'Details',
    authMethod: 'Signed in with',
    lastSignIn: 'Last sign-in',
    createdAt: 'Account since',
    organization: 'Organization ID',
    roles: 'Roles',
    userId: 'User ID',
  },
  zh: {
    title: '我的账户',
    signOut: '退出登录',
    details: '详细信息',
    authMethod: '登录方式',
    lastSignIn: '上次登录',
    createdAt: '注册时间',
    organization: '组织 ID',
    roles: '角色',
    userId: '用户 ID',
  },
} satisfies Record<Language, unknown>;

export function dashboardPage(options: DashboardPageOptions): HttpResponse {
  const { language, user, account, modules, connectOutcome, sessions } = options;
  const { title } = texts[language];
  return pageResponse({
    ...options,
    status: 200,
    title,
    main: html`<div class="column">
      <h1>${title}</h1>
      ${connectOutcome && connectNotice(connectOutcome, language)} ${identity(user, language)}
      ${details(account, language)} ${moduleCards(modules, { language, isReadOnly: user.impersonator !== undefined })}
      ${sessionList(sessions, language)}
    </div>`,
  });
}

function identity(user: PageUser, language: Language): Html {
  return html`<section class="card identity">
    ${portrait(user)}
    <div>
      <h2><bdi>${displayName(user)}</bdi></h2>
      <p><bdi>${user.email}</bdi></p>
    </div>
    <a class="button quiet" href="/logout">${texts[language].signOut}</a>
  </section>`;
}

function details(account: Account, language: Language): Html {
  const text = texts[language];
  const { authMethod, organizationId, roles } = account;
  return html`<section class="card" aria-labelledby="details">
    <h2 id="details">${text.details}</h2>
    <dl>
      ${authMethod === undefined ? undefined : detailsRow(text.authMethod, authMethodName(authMethod, language))}
      ${detailsRow(text.lastSignIn, timeInUtc(account.lastSignInAt, language))}
      ${detailsRow(text.createdAt, timeInUtc(account.createdAt, language))}
      ${organizationId === undefined ? undefined : detailsRow(text.organization, html`<code>${organizationId}</code>`)}
      ${roles.length === 0 ? undefined : detailsRow(text.roles, tags(roles))}
      ${detailsRow(text.userId, html`<code>${account.userId}</code>`)}
    </dl>
  </section>`;
}

/** The role by name, since VoiceOver takes a list without bullets for no list. */
function tags(words: readonly string[]): Html {
  return html`<ul class="tags" role="list">
    ${words.map((word) => html`<li>${word}</li>`)}
  </ul>`;
}
