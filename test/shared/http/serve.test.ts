import { describe, expect, it } from 'vitest';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import { jsonError } from '../../../functions/shared/http/errors.ts';
import { json } from '../../../functions/shared/http/response.ts';
import { type Endpoint, serve } from '../../../functions/shared/http/serve.ts';
import { apiGatewayEvent, requestId } from '../../support/api-gateway-event.ts';
import { askEndpoint } from '../../support/ask-endpoint.ts';
import { collectLog } from '../../support/collected-log.ts';

const ask = (endpoint: Endpoint, options: { readonly method?: string; readonly body?: string } = {}) =>
  askEndpoint(endpoint, '/thing?code=secret', { ...options, errors: jsonError });

describe('serve()', () => {
  it('answers what the endpoint answers, with the headers that every answer has', async () => {
    const { status, headers, cookies, body } = await ask(() => json(201, { a: 1 }));
    expect(status).toBe(201);
    expect(headers).toStrictEqual({
      'content-type': 'application/json',
      'cache-control': 'private, no-store',
      vary: 'Cookie, Authorization',
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
      'x-content-type-options': 'nosniff',
    });
    expect(cookies).toStrictEqual([]);
    expect(body).toBe('{"a":1}');
  });

  it('leaves caching to an endpoint that says something about it', async () => {
    const { headers } = await ask(() => ({
      status: 200,
      headers: { 'cache-control': 'public, max-age=60' },
      body: '',
    }));
    expect(headers['cache-control']).toBe('public, max-age=60');
    expect(headers).not.toHaveProperty('vary');
    expect(headers).toHaveProperty('strict-transport-security');
  });

  it('sends the cookies that an endpoint sets, in order', async () => {
    const { cookies } = await ask((_request, { setCookie }) => {
      setCookie('a=1');
      setCookie('b=2');
      return json(200, {});
    });
    expect(cookies).toStrictEqual(['a=1', 'b=2']);
  });

  it('sends them also when the endpoint fails afterwards', async () => {
    const { status, cookies } = await ask((_request, { setCookie }) => {
      setCookie('a=; Max-Age=0');
      throw new AuthError('auth_failed', 'no');
    });
    expect(status).toBe(400);
    expect(cookies).toStrictEqual(['a=; Max-Age=0']);
  });

  it('keeps one request from seeing the cookies of another', async () => {
    const handler = serve(
      (request, { setCookie }) => {
        setCookie(`path=${request.path}`);
        return json(200, {});
      },
      { log: collectLog(), errors: jsonError },
    );
    const answers = await Promise.all(['/a', '/b', '/c'].map((path) => handler(apiGatewayEvent(path))));
    expect(answers.map(({ cookies }) => cookies)).toStrictEqual([['path=/a'], ['path=/b'], ['path=/c']]);
  });

  it("gives an AuthError its code's status, and warns", async () => {
    const { status, body, headers, log } = await ask(() =>
      Promise.reject(new AuthError('access_denied', 'for operators')),
    );
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ error: 'access_denied', request_id: requestId });
    expect(body).not.toContain('for operators');
    expect(headers).toMatchObject({ 'cache-control': 'private, no-store' });
    expect(log.lines[0]).toMatchObject({
      level: 'warn',
      event: 'request.failed',
      fields: { code: 'access_denied', requestId },
    });
  });

  it('answers 503 to what nobody foresaw, tells the log why, and the client nothing', async () => {
    const bug = new TypeError("Cannot read properties of undefined (reading 'secret')");
    const { status, headers, body, log } = await ask(() => {
      throw bug;
    });
    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '5' });
    expect(body).not.toMatch(/TypeError|undefined|secret|serve\.test/);
    expect(log.lines[0]).toStrictEqual({ level: 'error', event: 'request.crashed', fields: { requestId }, cause: bug });
  });

  it('refuses a body of more than 16 KB before the endpoint sees it', async () => {
    const echo: Endpoint = (request) => json(200, request.body.length);
    expect(await ask(echo, { method: 'POST', body: 'x'.repeat(16 * 1024) })).toMatchObject({
      status: 200,
      body: '16384',
    });
    expect((await ask(echo, { method: 'POST', body: 'x'.repeat(16 * 1024 + 1) })).status).toBe(413);
    // Characters are not bytes.
    expect((await ask(echo, { method: 'POST', body: '陳'.repeat(8 * 1024) })).status).toBe(413);
  });

  it('takes a larger body where it is told to', async () => {
    const log = collectLog();
    const handler = serve((request) => json(200, request.body.length), {
      log,
      errors: jsonError,
      maxBodyBytes: 20_000,
    });
    const ofLength = (length: number) =>
      handler(apiGatewayEvent('/thing', { method: 'POST', body: 'x'.repeat(length) }));
    expect(await ofLength(20_000)).toMatchObject({ statusCode: 200, body: '20000' });
    expect(await ofLength(20_001)).toMatchObject({ statusCode: 413 });
  });

  it('writes one line about each request: neither query nor cookie, header or body', async () => {
    const { log } = await ask(() => json(200, {}), { method: 'POST', body: 'secret' });
    expect(log.lines).toStrictEqual([
      { level: 'info', event: 'request', fields: { requestId, method: 'POST', route: 'POST /thing', status: 200 } },
    ]);
  });

  it("hands the endpoint a log that carries the request's id", async () => {
    const { log } = await ask((_request, exchange) => {
      exchange.log.info('happened', { a: 1 });
      return json(200, {});
    });
    expect(log.fieldsOf('happened')).toStrictEqual([{ requestId, a: 1 }]);
  });
});
