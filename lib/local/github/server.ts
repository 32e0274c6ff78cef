/** The GitHub of the local cloud: one origin for github.com and api.github.com, whose paths do not meet. */
import { json } from '../front/http.ts';
import { OneTimeCodes } from '../front/one-time-codes.ts';
import { type FrontRoute, listenAsFront } from '../front/server.ts';
import type { Faults } from '../faults.ts';
import { giveTokens } from './access-token.ts';
import { Accounts } from './accounts.ts';
import { listEmails, listRepositories, showUser } from './api.ts';
import { checkToken, deleteGrant, deleteToken } from './applications.ts';
import { showConsent, takeConsent } from './authorize.ts';
import type { CodeGrant, Context, Settings } from './context.ts';
import { failure, message } from './refusals.ts';
import { type TokenAnswer, Tokens } from './tokens.ts';

export interface LocalGithubOptions {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** Matched exactly. */
  readonly redirectUris: readonly string[];
  readonly faults: Faults;
  readonly now?: () => Date;
}

/** An account is named by its login or e-mail address. */
export interface LocalGithub {
  /** `http://localhost:<port>` */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** May be changed at any time. */
  readonly settings: Settings;
  /** How often each was asked for, faults included: `authorize`, `token`, `user`, `repos`, `revoke`. */
  readonly calls: ReadonlyMap<string, number>;
  /** As in the app's settings at GitHub. */
  registerRedirect(uri: string): void;
  /** A token as after a consent, without a browser. */
  grant(account: string, scopes: readonly string[]): TokenAnswer;
  /** The scopes of each token of the account that still opens something. */
  grantsOf(account: string): readonly (readonly string[])[];
  /** As the user may in their settings at GitHub: all tokens of the app. */
  revokeGrant(account: string): void;
  /** The access tokens only; refresh tokens stay. */
  expireTokens(account: string): void;
  close(): Promise<void>;
}

export async function startLocalGithub(options: LocalGithubOptions): Promise<LocalGithub> {
  const { faults, now = () => new Date() } = options;
  const clientId = options.clientId || 'Ov23liLocal';
  const clientSecret = options.clientSecret || 'local-github-secret';
  const settings: Settings = { expiringTokens: false, accessTokenSeconds: 28_800, refreshTokenSeconds: 15_897_600 };
  const accounts = new Accounts();
  const tokens = new Tokens(now, settings);
  const redirectUris = new Set(options.redirectUris);
  const front = await listenAsFront(0, { target: 'github', faults, failure });
  const { url } = front;
  const codes = new OneTimeCodes<CodeGrant>(now);
  const context: Context = { url, clientId, clientSecret, redirectUris, settings, accounts, tokens, codes };
  const calls = new Map<string, number>();
  front.serve((method, path) => {
    const route = findRoute(context, method, path);
    calls.set(route.operation, (calls.get(route.operation) ?? 0) + 1);
    return route;
  });
  return {
    url,
    clientId,
    clientSecret,
    settings,
    calls,
    registerRedirect: (uri) => void redirectUris.add(uri),
    grant: (name, scopes) => tokens.issue(accounts.require(name), scopes),
    grantsOf: (name) => tokens.of(accounts.require(name)),
    revokeGrant: (name) => tokens.revokeAll(accounts.require(name)),
    expireTokens: (name) => tokens.expire(accounts.require(name)),
    close: () => front.close(),
  };
}

function findRoute(context: Context, method: string, path: string): FrontRoute {
  const application = `/applications/${context.clientId}`;
  switch (`${method} ${path}`) {
    case 'GET /login/oauth/authorize':
      return { operation: 'authorize', endpoint: (request) => showConsent(context, request) };
    case 'POST /login/oauth/authorize':
      return { operation: 'authorize', endpoint: (request) => takeConsent(context, request) };
    case 'POST /login/oauth/access_token':
      return { operation: 'token', endpoint: (request) => giveTokens(context, request) };
    case 'GET /user':
      return { operation: 'user', endpoint: (request) => showUser(context, request) };
    case 'GET /user/emails':
      return { operation: 'user', endpoint: (request) => listEmails(context, request) };
    case 'GET /user/repos':
      return { operation: 'repos', endpoint: (request) => listRepositories(context, request) };
    case `POST ${application}/token`:
      return { operation: 'check', endpoint: (request) => checkToken(context, request) };
    case `DELETE ${application}/token`:
      return { operation: 'revoke', endpoint: (request) => deleteToken(context, request) };
    case `DELETE ${application}/grant`:
      return { operation: 'revoke', endpoint: (request) => deleteGrant(context, request) };
    default:
      return { operation: 'other', endpoint: () => json(404, message('Not Found', 404)) };
  }
}
