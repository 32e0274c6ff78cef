/** Threat 2: hosts, schemes, paths and addresses taken from headers (supabase GHSA-3529-5m8x-rpv3; oauth2-proxy GHSA-7x63-xv5r-3p2x; openauth's default). */
import { describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { sendRaw } from '../support/raw-request.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;

const spoofed = {
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '8443',
  'x-forwarded-prefix': '/evil',
  'x-forwarded-uri': '/logout',
  'x-forwarded-for': '203.0.113.7',
  'x-real-ip': '203.0.113.7',
  'x-client-ip': '203.0.113.7',
  'true-client-ip': '203.0.113.7',
  'cf-connecting-ip': '203.0.113.7',
  'x-host': 'evil.example',
  'x-original-host': 'evil.example',
  'x-original-url': '/logout',
  'x-rewrite-url': '/logout',
  'x-http-method-override': 'POST',
  'x-auth-request-user': 'admin',
  'x-auth-request-email': 'admin@example.com',
  x_forwarded_host: 'evil.example',
  forwarded: 'for=203.0.113.7;host=evil.example;proto=https',
  referer: 'https://evil.example/',
};

describe('a browser whose requests carry the headers of a proxy', () => {
  it('is sent to AuthKit with the redirect URI of the deployment', async () => {
    const { location } = await new UserAgent(spoofed).send(`${url}/login`);
    expect(new URL(location ?? '').searchParams.get('redirect_uri')).toBe(`${url}/callback`);
  });

  it('ends at the deployment, with nothing of the headers in any answer', async () => {
    const browser = new UserAgent(spoofed);
    const page = await browser.signIn(url, { return_to: '/dashboard' });
    expect(page.url).toBe(`${url}/dashboard`);
    expect(page.body).not.toMatch(/evil\.example|admin@/);
    const { location } = await browser.send(`${url}/logout`);
    expect(new URL(location ?? '').searchParams.get('return_to')).toBe(`${url}/`);
  });

  it('is known to WorkOS by the address that the gateway saw', async () => {
    await new UserAgent(spoofed).signIn(url);
    expect(['127.0.0.1', '::1']).toContain(workos.sessions.at(-1)?.ipAddress);
  });

  it('is in the access log by that address', async () => {
    await new UserAgent(spoofed).send(`${url}/`);
    const line = gatehouse.logLines.findLast(({ source }) => source === 'access-log');
    expect(line?.text).not.toContain('203.0.113.7');
  });

  it('reaches the path of its request line, and not the /logout of its headers', async () => {
    const browser = new UserAgent(spoofed);
    await browser.signIn(url);
    const answer = await browser.send(`${url}/session`);
    expect(answer.body).toContain('alice@example.com');
    expect(answer.setCookies).toStrictEqual([]);
  });
});

describe('a Host that is not ours', () => {
  it.each(['evil.example', 'localhost.evil.example', 'evil.example:80', ''])(
    'reaches no function: %j',
    async (host) => {
      const before = gatehouse.logLines.length;
      const answer = await sendRaw(url, { path: '/login', headers: [['Host', host]] });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.setCookies).toStrictEqual([]);
      expect(gatehouse.logLines.slice(before).filter(({ source }) => source !== 'access-log')).toStrictEqual([]);
    },
  );

  it('which the gateway lets through changes no redirect', async () => {
    const { port } = new URL(url);
    for (const host of [`127.0.0.1:${port}`, 'localhost', 'localhost:1']) {
      const { headers } = await sendRaw(url, { path: '/login', headers: [['Host', host]] });
      expect(new URL(headers['location'] ?? '').searchParams.get('redirect_uri')).toBe(`${url}/callback`);
    }
  });

  it('is not what decides whose Origin is ours', async () => {
    const { port } = new URL(url);
    const browser = new UserAgent();
    await browser.signIn(url);
    const headers = [
      ['Host', `127.0.0.1:${port}`],
      ['Origin', `http://127.0.0.1:${port}`],
      ['Cookie', await browser.jar.getCookieString(url)],
    ] as const;
    expect((await sendRaw(url, { method: 'POST', path: '/logout', headers })).status).toBe(403);
  });
});

describe('an absolute request target', () => {
  it('of another host reaches no function', async () => {
    const answer = await sendRaw(url, { path: 'http://evil.example/login' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.setCookies).toStrictEqual([]);
  });
});
