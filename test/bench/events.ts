/** The requests that `npm run bench` makes of each function, as API Gateway would pass them on. */
import type { LocalCloud } from '../../lib/local/local-cloud.ts';
import { authorize, clientId, exchangeCode, redirectUri } from '../support/oauth-app.ts';
import type { UserAgent } from '../support/user-agent.ts';

export interface Benchmark {
  /** The folder in `functions/`. */
  readonly name: string;
  readonly title: string;
  /** Fresh ones each time: a code is good for one callback. */
  readonly events: (count: number) => Promise<readonly object[]>;
}

interface EventParts {
  readonly url: string;
  readonly cookies?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** A form; the method is POST then. */
  readonly form?: Readonly<Record<string, string>>;
}

export function benchEvents(cloud: LocalCloud, browser: UserAgent): readonly Benchmark[] {
  const signedIn = async (): Promise<readonly string[]> =>
    Object.entries(await browser.cookies(cloud.url)).map(([name, value]) => `${name}=${value}`);
  const repeat =
    (path: string, cookies: () => Promise<readonly string[]> = () => Promise.resolve([])) =>
    async (count: number): Promise<readonly object[]> => {
      const event = toEvent({ url: `${cloud.url}${path}`, cookies: await cookies() });
      return Array.from({ length: count }, () => event);
    };
  const callbacks = async (count: number): Promise<readonly object[]> => {
    const events: object[] = [];
    for (let index = 0; index < Math.min(count, 40); index += 1) {
      const fresh = new Map<string, string>();
      const login = await fetch(`${cloud.url}/login?login_hint=alice@example.com`, { redirect: 'manual' });
      for (const cookie of login.headers.getSetCookie()) {
        const [pair = ''] = cookie.split(';');
        fresh.set(pair, pair);
      }
      const atWorkos = await fetch(login.headers.get('location') ?? '', { redirect: 'manual' });
      events.push(toEvent({ url: atWorkos.headers.get('location') ?? '', cookies: [...fresh.values()] }));
    }
    return events;
  };
  const codes = async (count: number): Promise<readonly object[]> => {
    const events: object[] = [];
    for (let index = 0; index < Math.min(count, 40); index += 1) {
      const { code, codeVerifier } = await authorize(cloud.url);
      const form = { grant_type: 'authorization_code', client_id: clientId, redirect_uri: redirectUri };
      events.push(toEvent({ url: `${cloud.url}/oauth/token`, form: { ...form, code, code_verifier: codeVerifier } }));
    }
    return events;
  };
  const withToken = async (count: number): Promise<readonly object[]> => {
    const { body } = await exchangeCode(cloud.url, await authorize(cloud.url));
    const headers = { authorization: `Bearer ${String(body['access_token'])}` };
    const event = toEvent({ url: `${cloud.url}/session`, headers });
    return Array.from({ length: count }, () => event);
  };
  return [
    { name: 'assets', title: 'assets', events: repeat('/assets/none.css') },
    { name: 'default-route', title: 'default-route', events: repeat('/nowhere') },
    { name: 'login', title: 'login', events: repeat('/login') },
    { name: 'home', title: 'home, signed out', events: repeat('/') },
    { name: 'home', title: 'home, signed in', events: repeat('/', signedIn) },
    { name: 'session', title: 'session', events: repeat('/session', signedIn) },
    { name: 'dashboard', title: 'dashboard', events: repeat('/dashboard', signedIn) },
    { name: 'callback', title: 'callback', events: callbacks },
    { name: 'logout', title: 'logout', events: repeat('/logout', signedIn) },
    { name: 'well-known', title: 'jwks', events: repeat('/.well-known/jwks.json') },
    { name: 'oauth-token', title: 'token, by a code', events: codes },
    { name: 'session', title: 'session, by a JWT', events: withToken },
  ];
}

function toEvent({ url, cookies = [], headers = {}, form }: EventParts): object {
  const { pathname, search, host } = new URL(url);
  const method = form ? 'POST' : 'GET';
  return {
    version: '2.0',
    routeKey: `${method} ${pathname}`,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    cookies,
    headers: {
      host,
      accept: 'text/html',
      'user-agent': 'bench',
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    requestContext: { requestId: 'bench', http: { method, path: pathname, sourceIp: '127.0.0.1' } },
    ...(form && { body: new URLSearchParams(form).toString() }),
    isBase64Encoded: false,
  };
}
