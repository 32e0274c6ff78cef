/** Google's OAuth 2.0 endpoints and its user info. */
import * as v from 'valibot';
import type { Clock } from '../domain/clock.ts';
import type { Provider, ProviderGrant } from '../domain/provider.ts';
import type { Fetch } from '../outbound/fetch.ts';
import { callProvider, parseAnswer } from './call-provider.ts';
import { type CredentialsSource, withCredentials } from './client-credentials.ts';
import { apiFailure, oauthFailure } from './google-failure.ts';

export interface ProviderOptions {
  readonly credentials: CredentialsSource;
  /** An origin that stands for all of the provider's hosts; empty for the real ones. */
  readonly url: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

const tokenAnswer = v.object({
  access_token: v.pipe(v.string(), v.nonEmpty()),
  expires_in: v.number(),
  refresh_token: v.optional(v.pipe(v.string(), v.nonEmpty())),
  refresh_token_expires_in: v.optional(v.number()),
  scope: v.optional(v.string()),
});
const userInfo = v.object({ sub: v.pipe(v.string(), v.nonEmpty()), email: v.string() });

/**
 * `include_granted_scopes` is not sent: a token would then carry whatever else its user has granted the project, and a scope is
 * never widened without being asked for.
 */
const consentParameters = { access_type: 'offline', prompt: 'consent' } as const;
const identityScopes = ['openid', 'email'] as const;

export function createGoogle({ credentials, url, fetch, clock }: ProviderOptions): Provider {
  const endpoint = (host: string, path: string): URL => new URL(path, url || `https://${host}.googleapis.com`);

  const askForTokens = (what: string, grant: Readonly<Record<string, string>>): Promise<ProviderGrant> =>
    withCredentials(credentials, async ({ clientId, clientSecret }) => {
      const now = clock();
      const form = { client_id: clientId, client_secret: clientSecret, ...grant };
      const answer = await callProvider(fetch, { what, url: endpoint('oauth2', '/token'), method: 'POST', form }, now);
      if (answer.status !== 200) throw oauthFailure(what, answer);
      const tokens = parseAnswer(what, tokenAnswer, answer);
      const { access_token: accessToken, refresh_token: refreshToken, scope } = tokens;
      const lifetime = tokens.refresh_token_expires_in;
      return {
        tokens: {
          accessToken,
          accessTokenExpiresAt: inSeconds(now, tokens.expires_in),
          ...(refreshToken !== undefined && { refreshToken }),
          ...(lifetime !== undefined && { refreshTokenExpiresAt: inSeconds(now, lifetime) }),
        },
        scopes: scope?.split(' ').filter(Boolean),
      };
    });

  return {
    name: 'google',
    issuer: url || 'https://accounts.google.com',
    identityScopes,
    consentParameters,
    needsRefreshToken: true,

    // A refresh token is good for an access token at any time: one thing less to lose.
    toKeep: ({ tokens: { refreshToken, refreshTokenExpiresAt } }) => ({
      ...(refreshToken !== undefined && { refreshToken }),
      ...(refreshTokenExpiresAt && { refreshTokenExpiresAt }),
    }),

    async authorizationUrl(request) {
      const authorize = new URL('/o/oauth2/v2/auth', url || 'https://accounts.google.com');
      const { clientId } = await credentials.read();
      const parameters = {
        client_id: clientId,
        redirect_uri: request.redirectUri,
        response_type: 'code',
        scope: [...identityScopes, ...request.scopes].join(' '),
        state: request.state,
        code_challenge: request.codeChallenge,
        code_challenge_method: 'S256',
        ...consentParameters,
        ...(request.loginHint !== undefined && { login_hint: request.loginHint }),
      };
      authorize.search = new URLSearchParams(parameters).toString();
      return authorize.href;
    },

    exchange: (code, codeVerifier, redirectUri) =>
      askForTokens('Google code', {
        grant_type: 'authorization_code',
        code,
        code_verifier: codeVerifier,
        redirect_uri: redirectUri,
      }),

    refresh: (refreshToken) =>
      askForTokens('Google refresh', { grant_type: 'refresh_token', refresh_token: refreshToken }),

    async account(accessToken) {
      const what = 'Google user info';
      const headers = { authorization: `Bearer ${accessToken}` };
      const target = endpoint('openidconnect', '/v1/userinfo');
      const answer = await callProvider(fetch, { what, url: target, headers }, clock());
      if (answer.status !== 200) throw apiFailure(what, answer);
      const { sub, email } = parseAnswer(what, userInfo, answer);
      return { id: sub, address: email };
    },

    async revoke({ refreshToken, accessToken }) {
      const token = refreshToken ?? accessToken;
      if (token === undefined) return;
      const what = 'Google revocation';
      const target = endpoint('oauth2', '/revoke');
      const answer = await callProvider(fetch, { what, url: target, method: 'POST', form: { token } }, clock());
      if (answer.status === 200) return;
      const failure = oauthFailure(what, answer);
      // Over already.
      if (failure.reason === 'invalid_token' || failure.kind === 'refused') return;
      throw failure;
    },
  };
}

export function inSeconds(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}
