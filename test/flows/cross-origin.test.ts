/** Scripts of another origin: those that the stage lists may ask with the user's cookie, all others learn nothing. */
import { describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, faults, deployment } = gatehouse;
/** `webOrigins` of the stage `local`. */
const listed = 'http://localhost:5173';
const unlisted = [
  'https://evil.example',
  'http://localhost:5174',
  'https://localhost:5173',
  'http://localhost:5173.evil.example',
  'http://localhost',
  'HTTP://LOCALHOST:5173',
  `${listed}/`,
  'null',
  '*',
];

const browser = new UserAgent();
await browser.signIn(url);
const { sessionId } = JSON.parse((await browser.send(`${url}/session`)).body) as { sessionId: string };

const corsHeaders = ({ headers }: Answer): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

const forListed = {
  'access-control-allow-origin': listed,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'Retry-After, Upstream-Revocation',
};

const preflight = async (path: string, origin: string, method: string): Promise<Answer> =>
  new UserAgent().send(url + path, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization' },
  });

describe.each(['/session', '/sessions'])('GET %s', (path) => {
  it('may be read by a script of a listed origin, with credentials', async () => {
    const answer = await browser.send(url + path, { headers: { origin: listed, 'sec-fetch-site': 'same-site' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain(sessionId);
    expect(corsHeaders(answer)).toStrictEqual(forListed);
    expect(answer.headers.get('vary')).toBe('Cookie, Authorization, Origin');
  });

  it('may be read by it when nobody is signed in', async () => {
    const answer = await new UserAgent().send(url + path, { headers: { origin: listed } });
    expect(answer.status).toBe(401);
    expect(corsHeaders(answer)).toStrictEqual(forListed);
  });

  it('may be read by it when something fails, so that it can wait as long as it is told', async () => {
    gatehouse.killInstances();
    faults.set('secretsmanager=503');
    const answer = await browser.send(url + path, { headers: { origin: listed } });
    faults.clear();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(corsHeaders(answer)).toStrictEqual(forListed);
  });

  it.each(unlisted)('says nothing of CORS to %s', async (origin) => {
    const answer = await browser.send(url + path, { headers: { origin } });
    expect(corsHeaders(answer)).toStrictEqual({});
    expect(answer.headers.get('vary')).toBe('Cookie, Authorization, Origin');
  });

  it('keeps its answers apart in caches also when nobody names an origin', async () => {
    const answer = await browser.send(url + path);
    expect(corsHeaders(answer)).toStrictEqual({});
    expect(answer.headers.get('vary')).toContain('Origin');
  });
});

describe('a preflight', () => {
  it.each([
    ['/session', 'GET', 'GET'],
    ['/sessions', 'GET', 'GET'],
    ['/sessions/0123456789abcdef0123456789abcdef', 'DELETE', 'DELETE'],
  ])('of a listed origin for %s is granted', async (path, method, methods) => {
    const answer = await preflight(path, listed, method);
    expect(answer.status).toBe(204);
    expect(corsHeaders(answer)).toStrictEqual({
      'access-control-allow-origin': listed,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'Authorization, Content-Type, DPoP',
      'access-control-max-age': '600',
    });
    expect(answer.headers.get('vary')).toBe('Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
  });

  it.each(unlisted)('of %s is granted nothing', async (origin) => {
    const answer = await preflight('/sessions/0123456789abcdef0123456789abcdef', origin, 'DELETE');
    expect(answer.status).toBe(204);
    expect(corsHeaders(answer)).toStrictEqual({});
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  it.each(['/', '/login', '/callback', '/logout', '/dashboard', '/sessionsx', '/assets/x.css', '/nowhere'])(
    'for %s, where no script has any business, is granted nothing',
    async (path) => {
      expect(corsHeaders(await preflight(path, listed, 'GET'))).toStrictEqual({});
    },
  );
});

describe('pages', () => {
  it.each(['/', '/login', '/dashboard', '/logout'])('(%s) may be read by no script of another origin', async (path) => {
    const answer = await new UserAgent().send(url + path, { headers: { origin: listed } });
    expect(corsHeaders(answer)).toStrictEqual({});
  });
});

describe('return_to', () => {
  const signIn = async (returnTo: string): Promise<string | undefined> => {
    const someone = new UserAgent();
    return (await someone.send(await someone.signInUpToCallback(url, { return_to: returnTo }))).location;
  };

  it.each([`${listed}/`, `${listed}/reports?month=11#top`])(
    'leads to %s, which is of a listed origin',
    async (target) => {
      expect(await signIn(target)).toBe(target);
    },
  );

  it.each(['http://localhost:5174/', 'http://localhost:5173@evil.example/', 'http://localhost:5173.evil.example/'])(
    'leads to our own first page and not to %s',
    async (target) => {
      expect(await signIn(target)).toBe(`${url}/`);
    },
  );

  it('goes back there when the sign-in failed and is tried again', async () => {
    const someone = new UserAgent();
    const callback = new URL(await someone.signInUpToCallback(url, { return_to: `${listed}/` }));
    const page = await someone.visit(`${url}/callback?error=access_denied&state=${callback.searchParams.get('state')}`);
    expect(page.body).toContain(`href="/login?return_to=${encodeURIComponent(`${listed}/`)}"`);
  });
});

describe("API Gateway's own CORS", () => {
  it('is not configured: it would answer preflights before we see them, and for every path alike', () => {
    const api = deployment.resources.find(({ type }) => type === 'AWS::ApiGatewayV2::Api');
    expect(api).toBeDefined();
    expect(api?.properties).not.toHaveProperty('CorsConfiguration');
  });
});
