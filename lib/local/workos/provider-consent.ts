/** Sign-in with a provider that is asked for more than that: the local Google or GitHub asks the user, and its tokens are handed on. */
import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { type FrontRequest, redirect, type Reply, withParameters } from '../front/http.ts';
import { errorPage } from '../front/page.ts';
import { callApi } from './api.ts';
import { type AuthorizationRequest, withError } from './authorization-request.ts';
import type { Context, OauthTokens } from './context.ts';
import type { User } from './directory.ts';
import type { Emulator } from './emulator.ts';
import { grantCode } from './grant-code.ts';

export type ProviderName = 'GitHubOAuth' | 'GoogleOAuth';

/** Where a provider is, and the client that an administrator has entered for it into WorkOS's dashboard. */
export interface AppAtProvider {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface PendingConsent {
  readonly provider: ProviderName;
  readonly request: AuthorizationRequest;
  readonly codeVerifier: string;
}

interface ProviderKind {
  readonly callbackPath: string;
  readonly authorizePath: string;
  readonly tokenPath: string;
  /** What signing in takes, asked for with every request. */
  readonly baseScopes: readonly string[];
  readonly hintParameter: string;
  readonly emailPath: string;
  readonly email: v.GenericSchema<unknown, string>;
}

const GoogleEmail = v.pipe(
  v.object({ email: v.string() }),
  v.transform(({ email }) => email),
);
const GithubEmail = v.pipe(
  v.tupleWithRest([v.object({ email: v.string() })], v.unknown()),
  v.transform(([{ email }]) => email),
);

const kinds: Readonly<Record<ProviderName, ProviderKind>> = {
  GoogleOAuth: {
    callbackPath: '/sso/oauth/google/callback',
    authorizePath: '/o/oauth2/v2/auth',
    tokenPath: '/token',
    baseScopes: ['openid', 'email', 'profile'],
    hintParameter: 'login_hint',
    emailPath: '/v1/userinfo',
    email: GoogleEmail,
  },
  GitHubOAuth: {
    callbackPath: '/sso/oauth/github/callback',
    authorizePath: '/login/oauth/authorize',
    tokenPath: '/login/oauth/access_token',
    baseScopes: ['user:email'],
    hintParameter: 'login',
    emailPath: '/user/emails',
    email: GithubEmail,
  },
};

/** The redirect that an administrator registers with the provider. */
export function callbackAt(url: string, provider: ProviderName): string {
  return `${url}${kinds[provider].callbackPath}`;
}

export function providerAt(path: string): ProviderName | undefined {
  return (['GitHubOAuth', 'GoogleOAuth'] as const).find((provider) => kinds[provider].callbackPath === path);
}

/** The provider to ask for real; `undefined` where the account chooser stands for it: without scopes there is nothing to consent to. */
export function appAtProvider({ providers }: Context, request: AuthorizationRequest): ProviderName | undefined {
  const { signInWith, providerScopes } = request;
  if (signInWith.kind !== 'provider' || providerScopes.length === 0) return undefined;
  const { provider } = signInWith;
  if (provider !== 'GitHubOAuth' && provider !== 'GoogleOAuth') return undefined;
  return providers[provider] && provider;
}

export function askProvider(context: Context, request: AuthorizationRequest, provider: ProviderName): Reply {
  const app = context.providers[provider];
  if (app === undefined) return fail(request, 'invalid_connection_selector');
  const { authorizePath, baseScopes, hintParameter } = kinds[provider];
  const codeVerifier = randomBytes(32).toString('base64url');
  const state = context.consents.keep(randomBytes(24).toString('base64url'), { provider, request, codeVerifier });
  return redirect(
    withParameters(`${app.url}${authorizePath}`, {
      [hintParameter]: request.loginHint,
      ...request.providerParameters,
      client_id: app.clientId,
      redirect_uri: callbackAt(context.url, provider),
      response_type: 'code',
      scope: [...new Set([...baseScopes, ...request.providerScopes])].join(' '),
      state,
      code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    }),
  );
}

/** The provider's way back. Whose e-mail address it is, is who signs in: nobody else decides that. */
export async function finishAtProvider(
  context: Context,
  emulator: Emulator,
  provider: ProviderName,
  { url }: FrontRequest,
): Promise<Reply> {
  const pending = context.consents.take(url.searchParams.get('state') ?? '');
  const app = context.providers[provider];
  if (pending?.provider !== provider || app === undefined) {
    return errorPage('local AuthKit', 'state_invalid', 'This sign-in is over, or was not begun here.');
  }
  const { request } = pending;
  const error = url.searchParams.get('error');
  if (error !== null) return fail(request, error === 'access_denied' ? error : 'oauth_failed');
  const granted = await exchange(context, app, pending, url.searchParams.get('code') ?? '').catch(() => undefined);
  if (granted === undefined) return fail(request, 'oauth_failed');

  const user = await findOrCreate(context, emulator, granted.email);
  const memberships = await context.directory.memberships(user.id);
  const isMember = memberships.some(({ organization_id: id }) => id === request.organizationId);
  return grantCode(
    context,
    // What WorkOS does with a user who is not of the organization asked for is not documented. Here they are signed in
    // without one: it is the answer that an application which trusts it has most to fear from.
    { ...request, organizationId: isMember ? request.organizationId : undefined },
    { user, organizations: [] },
    { authenticatedAt: context.now(), oauthTokens: granted.tokens },
  );
}

const TokenAnswer = v.object({
  access_token: v.string(),
  refresh_token: v.optional(v.string()),
  expires_in: v.optional(v.number()),
  scope: v.string(),
});

async function exchange(
  context: Context,
  app: AppAtProvider,
  { provider, codeVerifier }: PendingConsent,
  code: string,
): Promise<{ readonly tokens: OauthTokens; readonly email: string }> {
  const { tokenPath, emailPath, email } = kinds[provider];
  const answer = await fetch(`${app.url}${tokenPath}`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: app.clientId,
      client_secret: app.clientSecret,
      code,
      code_verifier: codeVerifier,
      redirect_uri: callbackAt(context.url, provider),
    }),
  });
  const granted = v.parse(TokenAnswer, await answer.json());
  const headers = { authorization: `Bearer ${granted.access_token}`, 'user-agent': 'local WorkOS' };
  const asked = await fetch(`${app.url}${emailPath}`, { headers });
  return {
    email: v.parse(email, await asked.json()),
    tokens: {
      provider,
      access_token: granted.access_token,
      ...(granted.refresh_token !== undefined && { refresh_token: granted.refresh_token }),
      ...(granted.expires_in !== undefined && {
        expires_at: Math.floor(context.now().getTime() / 1000) + granted.expires_in,
      }),
      scopes: granted.scope.split(/[ ,]+/).filter(Boolean),
    },
  };
}

/** An address that nobody here has makes a new user, as in production. */
async function findOrCreate(context: Context, emulator: Emulator, email: string): Promise<User> {
  const known = await context.directory.userByEmail(email);
  if (known !== undefined) return known;
  const path = '/user_management/users';
  await callApi(context, emulator, {
    method: 'POST',
    url: new URL(path, context.url),
    headers: { 'content-type': 'application/json' },
    cookies: {},
    body: Buffer.from(JSON.stringify({ email, email_verified: true })),
  });
  const created = await context.directory.userByEmail(email);
  if (created === undefined) throw new Error(`the WorkOS emulator made no user of ${email}`);
  return created;
}

function fail({ redirectUri, state }: AuthorizationRequest, error: string): Reply {
  return redirect(withError(redirectUri, state, error, 'The provider did not sign the user in.'));
}
