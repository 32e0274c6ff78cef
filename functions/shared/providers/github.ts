/** GitHub's OAuth endpoints: tokens with or without expiry, and refresh tokens for a single use. */
import * as v from 'valibot';
import { type Provider, ProviderFailure, type ProviderGrant } from '../domain/provider.ts';
import { callProvider, parseAnswer } from './call-provider.ts';
import { withCredentials } from './client-credentials.ts';
import { apiFailure, oauthFailure } from './github-failure.ts';
import { githubHeaders } from './github-headers.ts';
import { inSeconds, type ProviderOptions } from './google.ts';

const tokenAnswer = v.object({
  access_token: v.pipe(v.string(), v.nonEmpty()),
  /** Absent where the app's tokens do not expire. */
  expires_in: v.optional(v.number()),
  refresh_token: v.optional(v.pipe(v.string(), v.nonEmpty())),
  refresh_token_expires_in: v.optional(v.number()),
  /** Comma-separated; empty for a GitHub App, whose permissions are its own. */
  scope: v.optional(v.string()),
});
const user = v.object({ id: v.pipe(v.number(), v.integer()), login: v.string() });

export function createGithub({ credentials, url, fetch, clock }: ProviderOptions): Provider {
  const site = url || 'https://github.com';
  const api = url || 'https://api.github.com';

  const askForTokens = (what: string, grant: Readonly<Record<string, string>>): Promise<ProviderGrant> =>
    withCredentials(credentials, async ({ clientId, clientSecret }) => {
      const now = clock();
      const form = { client_id: clientId, client_secret: clientSecret, ...grant };
      const target = new URL('/login/oauth/access_token', site);
      const answer = await callProvider(fetch, { what, url: target, method: 'POST', form }, now);
      const failure = oauthFailure(what, answer);
      if (failure) throw failure;
      const tokens = parseAnswer(what, tokenAnswer, answer);
      const { access_token: accessToken, refresh_token: refreshToken, scope } = tokens;
      const { expires_in: expiresIn, refresh_token_expires_in: refreshExpiresIn } = tokens;
      return {
        tokens: {
          accessToken,
          ...(expiresIn !== undefined && { accessTokenExpiresAt: inSeconds(now, expiresIn) }),
          ...(refreshToken !== undefined && { refreshToken }),
          ...(refreshExpiresIn !== undefined && { refreshTokenExpiresAt: inSeconds(now, refreshExpiresIn) }),
        },
        scopes: scope?.split(/[ ,]+/).filter(Boolean),
      };
    });

  const refresh: Provider['refresh'] = (refreshToken) =>
    askForTokens('GitHub refresh', { grant_type: 'refresh_token', refresh_token: refreshToken });

  /** @returns whether there was such a token. */
  const revokeToken = (accessToken: string): Promise<boolean> =>
    withCredentials(credentials, async ({ clientId, clientSecret }) => {
      const what = 'GitHub revocation';
      const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
      const target = new URL(`/applications/${encodeURIComponent(clientId)}/token`, api);
      const headers = { ...githubHeaders, authorization };
      const json = { access_token: accessToken };
      const answer = await callProvider(fetch, { what, url: target, method: 'DELETE', headers, json }, clock());
      if (answer.status === 401) throw new ProviderFailure('misconfigured', `${what}: 401`, { reason: 'bad_client' });
      if (answer.status !== 204 && answer.status !== 404 && answer.status !== 422)
        throw apiFailure(what, answer, clock());
      return answer.status === 204;
    });

  return {
    name: 'github',
    identityScopes: [],
    consentParameters: {},
    needsRefreshToken: false,
    toKeep: ({ tokens }) => tokens,

    async authorizationUrl(request) {
      const authorize = new URL('/login/oauth/authorize', site);
      const { clientId } = await credentials.read();
      const parameters = {
        client_id: clientId,
        redirect_uri: request.redirectUri,
        scope: request.scopes.join(' '),
        state: request.state,
        code_challenge: request.codeChallenge,
        code_challenge_method: 'S256',
      };
      authorize.search = new URLSearchParams(parameters).toString();
      return authorize.href;
    },

    exchange: (code, codeVerifier, redirectUri) =>
      askForTokens('GitHub code', { code, code_verifier: codeVerifier, redirect_uri: redirectUri }),

    refresh,

    async account(accessToken) {
      const what = 'GitHub user';
      const headers = { ...githubHeaders, authorization: `Bearer ${accessToken}` };
      const answer = await callProvider(fetch, { what, url: new URL('/user', api), headers }, clock());
      if (answer.status !== 200) throw apiFailure(what, answer, clock());
      const { id, login } = parseAnswer(what, user, answer);
      return { id: String(id), address: login };
    },

    async revoke({ accessToken, refreshToken }) {
      if (accessToken !== undefined && (await revokeToken(accessToken))) return;
      if (refreshToken === undefined) return;
      // GitHub revokes by access token, and this one has expired, while its refresh token may live for months.
      try {
        await revokeToken((await refresh(refreshToken)).tokens.accessToken);
      } catch (failure) {
        if (!(failure instanceof ProviderFailure) || failure.kind !== 'refused') throw failure;
      }
    },
  };
}
