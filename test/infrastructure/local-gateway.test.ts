/** The local API Gateway: what a client gets of a function's answer, and what the gateway refuses. */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readHttpApi } from '../../lib/local/gateway/http-api.ts';
import { listenOnLoopback } from '../../lib/local/loopback.ts';
import { deployTemplates } from '../../lib/local/template.ts';
import {
  apiOf,
  eventIn,
  type Gateway,
  now,
  type Received,
  run,
  send,
  startGateway,
  templateOf,
} from './local-gateway-fixture.ts';

describe('the answer', () => {
  it('is what the function says, with a Set-Cookie for each cookie', async () => {
    const gateway = await startGateway({
      handle: () => ({
        statusCode: 302,
        headers: { Location: '/next', 'X-Count': 3 },
        cookies: ['a=1; Path=/', 'b=2; Expires=Thu, 01 Jan 1970 00:00:00 GMT'],
      }),
    });
    const { status, headers, body } = await send(gateway);
    expect({ status, body }).toEqual({ status: 302, body: '' });
    expect(headers).toMatchObject({
      location: '/next',
      'x-count': '3',
      'content-length': '0',
      'content-type': 'text/plain;charset=UTF-8',
      'set-cookie': ['a=1; Path=/', 'b=2; Expires=Thu, 01 Jan 1970 00:00:00 GMT'],
    });
  });

  it('has the body decoded from base64', async () => {
    const handle = () => ({ statusCode: 200, body: Buffer.from('é').toString('base64'), isBase64Encoded: true });
    expect((await send(await startGateway({ handle }))).body).toBe('é');
  });

  it('has WWW-Authenticate under another name, as API Gateway renames it', async () => {
    const handle = () => ({ statusCode: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
    const { headers } = await send(await startGateway({ handle }));
    expect(headers).toMatchObject({ 'x-amzn-remapped-www-authenticate': 'Bearer' });
    expect(headers).not.toHaveProperty('www-authenticate');
  });

  it("lacks the function's hop-by-hop headers and has a length of its own", async () => {
    const handle = () => ({
      statusCode: 200,
      headers: { 'transfer-encoding': 'chunked', 'content-length': '99', upgrade: 'h2c' },
      body: 'four',
    });
    const { headers, body } = await send(await startGateway({ handle }));
    expect(body).toBe('four');
    expect(headers).toMatchObject({ 'content-length': '4' });
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(headers).not.toHaveProperty('upgrade');
  });

  it('names the request that the function was told of', async () => {
    const { headers, body } = await send(await startGateway());
    expect(headers['apigw-requestid']).toBe(eventIn(body).requestContext.requestId);
  });

  it('has no body for HEAD and for 204', async () => {
    const gateway = await startGateway({
      handle: ({ rawPath }) => ({ statusCode: rawPath === '/204' ? 204 : 200, body: 'text' }),
    });
    const [head, empty] = [await send(gateway, { method: 'HEAD' }), await send(gateway, { path: '/204' })];
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': '4' } });
    expect(empty).toMatchObject({ status: 204, body: '' });
    expect(empty.headers).not.toHaveProperty('content-length');
  });

  it.each([
    ['an object without a status', { a: 1 }, '{"a":1}'],
    ['a text', 'hello', 'hello'],
    ['nothing', undefined, 'null'],
  ])('is 200 with %s as JSON', async (_, result, body) => {
    expect(await send(await startGateway({ handle: () => result }))).toMatchObject({
      status: 200,
      body,
      headers: { 'content-type': 'application/json' },
    });
  });

  it.each([
    ['a status that is none', { statusCode: 'ok' }],
    ['a status out of range', { statusCode: 99 }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['cookies that are no list', { statusCode: 200, cookies: 'a=1' }],
    ['a header with a line break', { statusCode: 200, headers: { location: '/\r\nset-cookie: a=1' } }],
    ['a cookie with a line break', { statusCode: 200, headers: { a: '1' }, cookies: ['a=1\r\nset-cookie: b=2'] }],
  ])('is 500 when the function answers with %s', async (_, result) => {
    const gateway = await startGateway({ handle: () => result });
    const { status, headers, body } = await send(gateway);
    expect({ status, body }).toEqual({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers).not.toHaveProperty('a');
    expect(gateway.entries[0]?.problem).toMatch(/^the answer is malformed/);
  });
});

describe('a function that does not answer', () => {
  it.each([
    [
      'fails',
      500,
      'Internal Server Error',
      { kind: 'failed', error: { errorType: 'TypeError', errorMessage: 'x' }, run },
    ],
    [
      'runs out of its own time',
      500,
      'Internal Server Error',
      { kind: 'failed', error: { errorType: 'Sandbox.Timedout', errorMessage: 'x' }, run },
    ],
    ['is throttled', 503, 'Service Unavailable', { kind: 'throttled' }],
  ] as const)('%s: %i', async (_, status, message, outcome) => {
    const gateway = await startGateway({ outcome: Promise.resolve(outcome) });
    expect(await send(gateway)).toMatchObject({ status, body: JSON.stringify({ message }) });
    expect(gateway.entries[0]?.problem).toBeDefined();
  });

  it('is given up when the time of the integration is over: 503', async () => {
    const gateway = await startGateway({ integration: { TimeoutInMillis: 50 }, outcome: new Promise(() => {}) });
    expect(await send(gateway)).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
  });
});

describe('limits', () => {
  /** A cookie that makes request line and headers as large as that. */
  async function sendOfSize(gateway: Gateway, bytes: number): Promise<Received> {
    const fixed = ['GET / HTTP/1.1', `Host: 127.0.0.1:${gateway.port}`, 'Cookie: ', 'Connection: close'].join(
      '\r\n',
    ).length;
    return send(gateway, {
      headers: ['Cookie', 'c'.repeat(bytes - fixed), 'Connection', 'close'],
    });
  }

  it('lets request line and headers of 10,240 bytes pass and answers 431 to one byte more', async () => {
    const gateway = await startGateway({ handle: () => ({ statusCode: 200 }) });
    expect((await sendOfSize(gateway, 10_240)).status).toBe(200);
    expect(await sendOfSize(gateway, 10_241)).toMatchObject({ status: 431 });
    expect((await sendOfSize(gateway, 40_000)).status).toBe(431);
    expect(gateway.invoked).toHaveLength(1);
  });

  it('counts the query', async () => {
    expect((await send(await startGateway(), { path: `/?${'q'.repeat(10_240)}` })).status).toBe(431);
  });

  it('lets bodies of 10 MB pass and answers 413 to one byte more', async () => {
    const gateway = await startGateway({ handle: ({ body }) => ({ statusCode: 200, body: String(body?.length) }) });
    const tenMegabytes = 10 * 1024 * 1024;
    const headers = { 'content-type': 'text/plain' };
    const fits = await send(gateway, { method: 'POST', headers, body: Buffer.alloc(tenMegabytes, 'a') });
    const exceeds = await send(gateway, { method: 'POST', headers, body: Buffer.alloc(tenMegabytes + 1, 'a') });
    expect(fits.body).toBe(String(tenMegabytes));
    expect(exceeds).toMatchObject({ status: 413, body: '{"message":"Request Entity Too Large"}' });
  });

  it('throttles a route by its burst and rate, and no other route', async () => {
    let milliseconds = now.getTime();
    const gateway = await startGateway({
      routes: ['GET /a', 'GET /b', 'GET /c'],
      stage: {
        DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 1 },
        RouteSettings: { 'GET /c': { ThrottlingBurstLimit: 1 } },
      },
      clock: () => new Date(milliseconds),
    });
    const statuses = async (...paths: string[]) => {
      const received: unknown[] = [];
      for (const path of paths) received.push((await send(gateway, { path })).status);
      return received;
    };
    expect(await statuses('/a', '/a', '/a', '/b', '/c', '/c')).toEqual([200, 200, 429, 200, 200, 429]);
    milliseconds += 1000;
    expect(await statuses('/a', '/a')).toEqual([200, 429]);
    expect((await send(gateway, { path: '/a' })).body).toBe('{"message":"Too Many Requests"}');
  });
});

describe('requests that are none of its business', () => {
  it.each(['evil.example', 'localhost.evil.example', 'evil.example:3000', '127.0.0.1.nip.io'])(
    'are refused for the host %s',
    async (host) => {
      const gateway = await startGateway();
      expect(await send(gateway, { headers: { host } })).toMatchObject({
        status: 403,
        body: '{"message":"Forbidden"}',
      });
      expect(gateway.invoked).toEqual([]);
    },
  );

  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1:3000', '[::1]:3000', '10.0.2.2:3000'])(
    'are not: host %s',
    async (host) => {
      expect((await send(await startGateway(), { headers: { host } })).status).toBe(200);
    },
  );

  it.each(['/%', '/%ff', '*', 'http://localhost/login'])('are refused for the target %s', async (path) => {
    expect((await send(await startGateway(), { method: 'OPTIONS', path })).status).toBe(400);
  });
});

describe('the access log', () => {
  it('has a line per request, in the format of the stage', async () => {
    const Format = JSON.stringify({
      id: '$context.requestId',
      at: '$context.requestTime',
      what: '$context.httpMethod $context.path',
      route: '$context.routeKey',
      status: '$context.status',
      ip: '$context.identity.sourceIp',
      agent: '$context.identity.userAgent',
      error: '$context.integrationErrorMessage',
    });
    const gateway = await startGateway({ stage: { AccessLogSettings: { Format } } });
    const { headers } = await send(gateway, { path: '/a?secret=1', headers: { 'user-agent': '"}\\' } });
    expect(gateway.accessLog).toHaveLength(1);
    expect(JSON.parse(gateway.accessLog[0] ?? '')).toEqual({
      id: headers['apigw-requestid'],
      at: '22/Nov/2026:17:30:00 +0000',
      what: 'GET /a',
      route: '$default',
      status: '200',
      ip: '127.0.0.1',
      agent: '"}\\',
      error: '-',
    });
  });

  it('names what was refused, too', async () => {
    const gateway = await startGateway({
      routes: ['GET /a'],
      stage: { AccessLogSettings: { Format: '$context.status $context.routeKey' } },
    });
    await send(gateway, { path: '/b' });
    expect(gateway.accessLog).toEqual(['404 -']);
  });
});

describe('the server', () => {
  it('listens on 127.0.0.1 and on ::1', async () => {
    const gateway = await startGateway({ handle: ({ requestContext }) => requestContext.http.sourceIp });
    const bodies = [await send(gateway), await send(gateway, { address: '::1' })].map(({ body }) => body);
    expect(bodies).toEqual(['127.0.0.1', '::1']);
  });

  it('says that a port is taken', async () => {
    const { port } = await startGateway();
    await expect(listenOnLoopback(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('survives clients that go away and clients that speak no HTTP', async () => {
    const gateway = await startGateway();
    const halfway = createConnection(gateway.port, '127.0.0.1');
    halfway.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf', () => halfway.destroy());
    await once(halfway, 'close');
    const nonsense = createConnection(gateway.port, '127.0.0.1');
    nonsense.end('nonsense\r\n\r\n');
    expect(await text(nonsense)).toMatch(/^HTTP\/1.1 400/);
    expect((await send(gateway)).status).toBe(200);
  });
});

describe('readHttpApi()', () => {
  it.each([
    ['another stage name', { stage: { StageName: 'v1' } }, 'test.Stage.StageName'],
    [
      'another payload format',
      { integration: { PayloadFormatVersion: '1.0' } },
      'test.Integration0.PayloadFormatVersion',
    ],
    [
      'another kind of integration',
      { integration: { IntegrationType: 'HTTP_PROXY' } },
      'test.Integration0.IntegrationType',
    ],
  ])('refuses %s by name', (_, setup, named) => {
    expect(() => apiOf(setup)).toThrow(named);
  });

  it('refuses templates with more than one API', () => {
    const templates = ['one', 'two'].map((stackName) => ({ stackName, template: templateOf({}) }));
    const deployment = deployTemplates(templates, { parameters: {}, apiEndpoint: 'http://localhost' });
    expect(() => readHttpApi(deployment)).toThrow('exactly one HTTP API');
  });
});
