/** The requests that `npm run bench` makes of each function, as API Gateway would pass them on. */
import type { LocalCloud } from '../../lib/local/local-cloud.ts';
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
  ];
}

function toEvent({ url, cookies = [] }: EventParts): object {
  const { pathname, search, host } = new URL(url);
  return {
    version: '2.0',
    routeKey: `GET ${pathname}`,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    cookies,
    headers: { host, accept: 'text/html', 'user-agent': 'bench' },
    requestContext: { requestId: 'bench', http: { method: 'GET', path: pathname, sourceIp: '127.0.0.1' } },
    isBase64Encoded: false,
  };
}
