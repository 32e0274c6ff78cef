/** Paths and methods beside the beaten track: answered by us, consuming nothing, in the form that the client reads. */
import { describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { sendRaw } from '../support/raw-request.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;
const browser = new UserAgent();
await browser.signIn(url);

const methodsOf = {
  '/': 'GET',
  '/login': 'GET',
  '/callback': 'GET',
  '/dashboard': 'GET',
  '/session': 'GET',
  '/logout': 'GET, POST',
};
const paths = Object.entries(methodsOf);
const html = { accept: 'text/html,application/xhtml+xml' };

describe('HEAD', () => {
  it.each(paths)('at %s says that the path is there, and does nothing', async (path) => {
    const answer = await browser.send(url + path, { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.body).toBe('');
    expect(answer.setCookies).toStrictEqual([]);
    expect((await browser.send(`${url}/session`)).status).toBe(200);
  });

  it('at /callback leaves the code and the login as they are', async () => {
    const another = new UserAgent();
    const callback = await another.signInUpToCallback(url);
    await another.send(callback, { method: 'HEAD' });
    expect((await another.visit(callback)).body).toContain('Signed in as');
  });
});

describe('OPTIONS', () => {
  it.each(paths)('at %s names the methods', async (path, methods) => {
    const answer = await browser.send(url + path, { method: 'OPTIONS' });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('allow')).toBe(`OPTIONS, HEAD, ${methods}`);
  });

  it('grants no other origin anything', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'GET' };
    const answer = await browser.send(`${url}/session`, { method: 'OPTIONS', headers });
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toStrictEqual([]);
  });
});

describe.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('%s', (method) => {
  it.each(paths.filter(([path]) => method !== 'POST' || path !== '/logout'))(
    'at %s: 405 with Allow',
    async (path, methods) => {
      const answer = await browser.send(url + path, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe(`OPTIONS, HEAD, ${methods}`);
      expect(JSON.parse(answer.body)).toStrictEqual({
        error: 'method_not_allowed',
        error_description: expect.stringMatching(/\.$/),
        request_id: answer.headers.get('apigw-requestid'),
      });
      expect(answer.setCookies).toStrictEqual([]);
    },
  );
});

describe('a path that is none of ours', () => {
  const unknown = [
    '/nothing',
    '/login/',
    '/callback/',
    '/Login',
    '/LOGOUT',
    '/session/x',
    '//login',
    '//evil.example/login',
    '/./login',
    '/x/../login',
    '/login;x=1',
    '/login%00',
    '/login%20',
    '/assets',
    '/assets/',
    '/assets/a/b',
    '/favicon.ico',
    '/.well-known/none',
    '/__proto__',
    '/constructor',
  ];

  it.each(unknown)('%s: 404, whatever the method', async (path) => {
    for (const method of ['GET', 'POST']) {
      const { status, body, setCookies } = await sendRaw(url, { method, path });
      expect(status).toBe(404);
      expect(JSON.parse(body)).toMatchObject({ error: 'not_found' });
      expect(setCookies).toStrictEqual([]);
    }
  });

  it('is a page for who asks for one', async () => {
    const answer = await browser.send(`${url}/nothing`, { headers: html });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain('<h1>Page not found</h1>');
  });

  it.each(['/%zz', '/%c3%28'])('%s, which is no path at all, is refused by API Gateway', async (path) => {
    expect((await sendRaw(url, { path })).status).toBe(400);
  });
});

describe('a body over 16 KB', () => {
  it.each(['/session', '/login', '/nothing'])('at %s: 413', async (path) => {
    const answer = await browser.send(url + path, { method: 'POST', body: 'x'.repeat(16 * 1024 + 1) });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'payload_too_large' });
  });

  it('begins after 16 KB, counted in bytes', async () => {
    const body = 'é'.repeat(8 * 1024);
    const headers = { 'content-type': 'text/plain;charset=utf-8' };
    expect((await browser.send(`${url}/nothing`, { method: 'POST', headers, body })).status).toBe(404);
    expect((await browser.send(`${url}/nothing`, { method: 'POST', headers, body: `${body}x` })).status).toBe(413);
  });
});

describe('GET /session', () => {
  it('without a session: 401 in JSON, without a cookie', async () => {
    const answer = await new UserAgent().send(`${url}/session`, { headers: html });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toStrictEqual({
      error: 'unauthenticated',
      error_description: expect.stringMatching(/\.$/),
      request_id: answer.headers.get('apigw-requestid'),
    });
    expect(answer.setCookies).toStrictEqual([]);
  });

  it('ignores the cookie when there is an Authorization header', async () => {
    const answer = await browser.send(`${url}/session`, { headers: { authorization: 'Bearer junk' } });
    expect(answer.status).toBe(401);
  });
});

describe('GET /dashboard', () => {
  it('sends who is not signed in to the login, which comes back', async () => {
    const another = new UserAgent();
    const answer = await another.send(`${url}/dashboard`);
    expect(answer.location).toBe(`${url}/login?return_to=/dashboard`);
    const page = await another.visit(`${answer.location}&login_hint=bob@example.com`);
    expect(page.url).toBe(`${url}/dashboard`);
  });

  it('tells who is there, how and since when, in which organization and as what', async () => {
    const { body } = await browser.send(`${url}/dashboard`);
    for (const text of ['Alice Archer', 'alice@example.com', 'Password', '<li>admin</li>', ' UTC']) {
      expect(body).toContain(text);
    }
    expect(body).toContain(`<code>${workos.sessions[0]?.organizationId}</code>`);
  });
});

describe('a claimed link that no app took', () => {
  it('leads to a page that says to go back to the app, and its ticket stays as it is', async () => {
    const answer = await fetch(`${url}/app/gatehouse-native/login/success?ok=1&ticket=of-no-use-here`);
    expect(answer.status).toBe(200);
    const page = await answer.text();
    expect(page).toContain('Go back to the app');
    expect(page).not.toContain('of-no-use-here');
  });
});
