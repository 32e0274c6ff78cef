/** The login endpoint over parts in memory. */
import { login } from '../../functions/login/login.ts';
import type { AuthorizationRequest } from '../../functions/shared/domain/authorization-request.ts';
import { openLogin } from '../../functions/shared/domain/login-transaction.ts';
import { askEndpoint } from './ask-endpoint.ts';
import { passwords } from './cookie-passwords.ts';
import { holdClock } from './held-clock.ts';
import { nativeClients } from './native-clients.ts';
import { listedOrigin, ownOrigin } from './open-redirect-corpus.ts';

const settings = {
  stage: 'prod',
  publicUrl: ownOrigin,
  webOrigins: [listedOrigin],
  providers: ['GoogleOAuth', 'GitHubOAuth'],
  nativeClients,
};

/** @param more replaces parts of the endpoint. */
export function startLoginEndpoint(more: Partial<Parameters<typeof login>[0]> = {}) {
  const clock = holdClock();
  const requests: AuthorizationRequest[] = [];
  const endpoint = login({
    passwords: () => Promise.resolve(passwords),
    authorizationUrl: (request) => {
      requests.push(request);
      return Promise.resolve(`https://api.workos.test/authorize?state=${request.state}`);
    },
    clock,
    settings,
    ...more,
  });
  const ask = (target: string, options: Parameters<typeof askEndpoint>[2] = {}) =>
    askEndpoint(endpoint, target, options);
  return { ask, requests, clock };
}

/** The transaction in the last cookie that an answer sets. */
export function transactionIn(cookies: readonly string[]) {
  const [pair = ''] = cookies.at(-1)?.split('; ') ?? [];
  const [name = '', value = ''] = pair.split('=');
  return { name, ...openLogin({ name, value }, passwords, 'prod') };
}
