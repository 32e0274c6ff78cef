import { describe, expect, it } from 'vitest';
import { defaultRoute, pageOrJsonError } from '../../functions/default-route/default-route.ts';
import { requestId } from '../support/api-gateway-event.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';

const endpoint = defaultRoute(
  {
    '/': ['GET'],
    '/login': ['GET'],
    '/logout': ['GET', 'POST'],
    '/assets/{file}': ['GET'],
    '/webhooks/workos': ['POST'],
    '/sessions/{id}': ['DELETE'],
    '/oauth/token': ['POST'],
    '/app/{path+}': ['GET'],
  },
  ['https://app.example.com'],
);
const ask = (method: string, path: string, accept?: string) =>
  askEndpoint(endpoint, path, {
    method,
    errors: pageOrJsonError,
    ...(accept !== undefined && { headers: { accept } }),
  });

describe('$default', () => {
  it.each([
    '/nowhere',
    '/login/',
    '/Login',
    '//login',
    '/login/x',
    '/assets',
    '/assets/',
    '/assets/a/b',
    '/app',
    '/app/',
    '/%6Cogin',
    '',
  ])('answers 404 to %j', async (path) => {
    const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'DELETE'];
    const answers = await Promise.all(methods.map((method) => ask(method, path)));
    expect(answers.map(({ status }) => status)).toStrictEqual([404, 404, 404, 404, 404]);
  });

  it('answers 404 to a known method on a path that only looks known: its own function would have answered', async () => {
    expect((await ask('GET', '/login')).status).toBe(404);
    expect((await ask('POST', '/logout')).status).toBe(404);
    expect((await ask('DELETE', '/sessions/a')).status).toBe(404);
  });

  it.each([
    ['POST', '/login', 'OPTIONS, HEAD, GET'],
    ['DELETE', '/logout', 'OPTIONS, HEAD, GET, POST'],
    ['PUT', '/assets/a.css', 'OPTIONS, HEAD, GET'],
    ['GET', '/webhooks/workos', 'OPTIONS, POST'],
    ['HEAD', '/webhooks/workos', 'OPTIONS, POST'],
    ['BREW', '/', 'OPTIONS, HEAD, GET'],
    ['POST', '/app/a/b/c', 'OPTIONS, HEAD, GET'],
  ])('answers 405 to %s %s and says what is allowed', async (method, path, allow) => {
    const { status, headers, body } = await ask(method, path);
    expect(status).toBe(405);
    expect(headers).toMatchObject({ allow });
    expect(JSON.parse(body)).toMatchObject({ error: 'method_not_allowed', request_id: requestId });
  });

  it.each(['GET', 'PUT', 'HEAD'])(
    'answers 400 to %s /oauth/token, as RFC 6749 knows no other status',
    async (method) => {
      const { status, headers, body } = await ask(method, '/oauth/token');
      expect(status).toBe(400);
      expect(headers).not.toHaveProperty('allow');
      expect(JSON.parse(body)).toMatchObject({ error: 'invalid_request', request_id: requestId });
      expect((await ask(method, '/oauth/token', 'text/html')).body).toContain('<code>invalid_request</code>');
    },
  );

  it('answers 400 to a body over 16 KB below /oauth/, and 413 elsewhere', async () => {
    const body = 'x'.repeat(16 * 1024 + 1);
    const send = (path: string) => askEndpoint(endpoint, path, { method: 'PUT', errors: pageOrJsonError, body });
    expect((await send('/oauth/token')).status).toBe(400);
    expect((await send('/oauthorize')).status).toBe(413);
  });

  it('answers 404 to a path below /oauth/ that is none of ours', async () => {
    expect((await ask('GET', '/oauth/nowhere')).status).toBe(404);
  });

  it.each(['/', '/login', '/logout', '/assets/a.css'])('answers HEAD %s, and consumes nothing', async (path) => {
    const { status, headers, body, cookies, location } = await ask('HEAD', path);
    expect(status).toBe(200);
    expect(headers).toHaveProperty('allow');
    expect(body).toBe('');
    expect(cookies).toStrictEqual([]);
    expect(location).toBeUndefined();
  });

  it('answers OPTIONS with what is allowed', async () => {
    const { status, headers, body } = await ask('OPTIONS', '/logout');
    expect(status).toBe(204);
    expect(headers).toMatchObject({ allow: 'OPTIONS, HEAD, GET, POST' });
    expect(body).toBe('');
  });

  it('answers browsers with a page, programs with JSON', async () => {
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    for (const [method, path, code] of [
      ['GET', '/nowhere', 'not_found'],
      ['POST', '/login', 'method_not_allowed'],
    ] as const) {
      const page = await ask(method, path, browser);
      expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8' });
      expect(page.body).toContain(`<code>${code}</code>`);
      for (const accept of [undefined, '*/*', 'application/json']) {
        const { headers, body } = await ask(method, path, accept);
        expect(headers).toMatchObject({ 'content-type': 'application/json' });
        expect(JSON.parse(body)).toMatchObject({ error: code });
      }
    }
  });

  it('shows nothing of the path it was asked for', async () => {
    const { body } = await ask('GET', '/canary-<script>', 'text/html');
    expect(body).not.toContain('canary');
  });
});
