/** The Google of the local cloud: one origin for accounts., oauth2., openidconnect., gmail. and www.googleapis.com, by their paths. */
import { json } from '../front/http.ts';
import { OneTimeCodes } from '../front/one-time-codes.ts';
import { type FrontRoute, listenAsFront } from '../front/server.ts';
import type { Faults } from '../faults.ts';
import { Accounts } from './accounts.ts';
import { callApi, showUser } from './api.ts';
import { showConsent, takeConsent } from './authorize.ts';
import { type CodeGrant, type Context, count, type Settings } from './context.ts';
import { type Controls, createControls } from './controls.ts';
import { Grants } from './grants.ts';
import { Mailboxes } from './mailboxes.ts';
import { failure } from './refusals.ts';
import { giveTokens, revokeToken } from './token.ts';

export interface LocalGoogleOptions {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** Matched exactly. */
  readonly redirectUris: readonly string[];
  readonly faults: Faults;
  readonly now?: () => Date;
}

export interface LocalGoogle extends Controls {
  /** `http://localhost:<port>` */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** May be changed at any time. */
  readonly settings: Settings;
  /**
   * How often each was asked for, faults included: `auth`, `token` (also as `token.refresh_token`), `revoke`, `userinfo`,
   * `gmail.profile`, `gmail.history`, `gmail.messages` …
   */
  readonly calls: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function startLocalGoogle(options: LocalGoogleOptions): Promise<LocalGoogle> {
  const { faults, now = () => new Date() } = options;
  const clientId = options.clientId || 'local.apps.googleusercontent.com';
  const clientSecret = options.clientSecret || 'GOCSPX-local';
  const settings: Settings = {
    accessTokenSeconds: 3599,
    refreshTokenSeconds: undefined,
    consentsWithoutRefreshToken: 0,
    clientError: undefined,
  };
  const accounts = new Accounts();
  const context: Context = {
    clientId,
    clientSecret,
    redirectUris: new Set(options.redirectUris),
    settings,
    accounts,
    grants: new Grants(now, settings),
    codes: new OneTimeCodes<CodeGrant>(now),
    mailboxes: new Mailboxes(() => accounts.all()),
    calls: new Map(),
  };
  const front = await listenAsFront(0, { target: 'google', faults, failure });
  front.serve((method, path) => {
    const route = findRoute(context, method, path);
    const resource = /^\/(?:gmail\/v1\/users\/[^/]+|calendar\/v3)\/(\w+)/.exec(path)?.[1];
    count(context, resource === undefined ? route.operation : `${route.operation}.${resource}`);
    return route;
  });
  return {
    url: front.url,
    clientId,
    clientSecret,
    settings,
    calls: context.calls,
    ...createControls(context),
    close: () => front.close(),
  };
}

function findRoute(context: Context, method: string, path: string): FrontRoute {
  switch (`${method} ${path}`) {
    case 'GET /o/oauth2/v2/auth':
      return { operation: 'auth', endpoint: (request) => showConsent(context, request) };
    case 'POST /o/oauth2/v2/auth':
      return { operation: 'auth', endpoint: (request) => takeConsent(context, request) };
    case 'POST /token':
      return { operation: 'token', endpoint: (request) => giveTokens(context, request) };
    case 'POST /revoke':
      return { operation: 'revoke', endpoint: (request) => revokeToken(context, request) };
    case 'GET /v1/userinfo':
      return { operation: 'userinfo', endpoint: (request) => showUser(context, request) };
  }
  const api = /^\/(gmail\/v1|calendar\/v3)\//.exec(path)?.[1];
  if (api === undefined) return { operation: 'other', endpoint: () => json(404, { error: 'not_found' }) };
  return {
    operation: api === 'gmail/v1' ? 'gmail' : 'calendar',
    endpoint: (request) => callApi(context, request),
  };
}
