/** The authorization endpoint over parts in memory. */
import { oauthAuthorize } from '../../functions/oauth-authorize/oauth-authorize.ts';
import type { AuthorizationRequest } from '../../functions/shared/domain/authorization-request.ts';
import { askEndpoint } from './ask-endpoint.ts';
import { passwords } from './cookie-passwords.ts';
import { holdClock } from './held-clock.ts';
import { appChallenge, nativeClients } from './native-clients.ts';
import { ownOrigin } from './open-redirect-corpus.ts';

export const oauthRedirect = 'http://127.0.0.1:53682/callback';

/** What an OAuth client sends, and nothing more. */
export const goodRequest = {
  response_type: 'code',
  client_id: 'gatehouse-native',
  redirect_uri: oauthRedirect,
  code_challenge: appChallenge,
  code_challenge_method: 'S256',
  state: 'app-state',
};

type Changes = Readonly<Partial<Record<string, string | undefined>>>;

/** @param changes to `goodRequest`; `undefined` leaves a parameter out. */
export function requestLine(changes: Changes = {}): string {
  const given = Object.entries({ ...goodRequest, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  return `/oauth/authorize?${new URLSearchParams(given)}`;
}

/** @param more replaces parts of the endpoint. */
export function startAuthorize(more: Partial<Parameters<typeof oauthAuthorize>[0]> = {}) {
  const requests: AuthorizationRequest[] = [];
  const endpoint = oauthAuthorize({
    passwords: () => Promise.resolve(passwords),
    authorizationUrl: (request) => {
      requests.push(request);
      return Promise.resolve(`https://api.workos.test/authorize?state=${request.state}`);
    },
    clock: holdClock(),
    settings: { stage: 'prod', publicUrl: ownOrigin, providers: ['GoogleOAuth'], nativeClients },
    ...more,
  });
  const ask = async (line: string, options: Parameters<typeof askEndpoint>[2] = {}) =>
    askEndpoint(endpoint, line, options);
  return { ask, requests };
}

/** What a redirect tells the app: its parameters, and where it goes. */
export function answerIn(location: string | undefined): { readonly to: string; readonly says: Record<string, string> } {
  const [to = '', query = ''] = location?.split('?') ?? [];
  return { to, says: Object.fromEntries(new URLSearchParams(query)) };
}
