/** The local API Gateway: what a function gets of a request, and which function gets it. */
import { describe, expect, it } from 'vitest';
import { eventOf, functionOf, now, send, startGateway } from './local-gateway-fixture.ts';

describe('the event', () => {
  it('is payload format 2.0', async () => {
    const gateway = await startGateway({ routes: ['GET /things/{id}'] });
    const event = await eventOf(gateway, {
      path: '/things/7%20a?b=1&b=2&c=%C3%A9',
      headers: { 'user-agent': 'test', accept: 'text/html' },
    });
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'GET /things/{id}',
      rawPath: '/things/7 a',
      rawQueryString: 'b=1&b=2&c=%C3%A9',
      headers: {
        accept: 'text/html',
        host: `127.0.0.1:${gateway.port}`,
        'user-agent': 'test',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': String(gateway.port),
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { b: '1,2', c: 'é' },
      pathParameters: { id: '7 a' },
      requestContext: {
        accountId: '000000000000',
        apiId: expect.stringMatching(/^[a-z0-9]{10}$/),
        domainName: 'localhost',
        domainPrefix: 'localhost',
        http: { method: 'GET', path: '/things/7 a', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.stringMatching(/^[\w+/]{15}=$/),
        routeKey: 'GET /things/{id}',
        stage: '$default',
        time: '22/Nov/2026:17:30:00 +0000',
        timeEpoch: now.getTime(),
      },
      isBase64Encoded: false,
    });
  });

  it('has the cookies in a list of their own and not among the headers', async () => {
    const event = await eventOf(await startGateway(), { headers: ['Cookie', 'a=1; b="2; 3"', 'Cookie', 'a=4'] });
    expect(event.cookies).toEqual(['a=1', 'b="2', '3"', 'a=4']);
    expect(event.headers).not.toHaveProperty('cookie');
  });

  it('has repeated headers joined by a comma, under one name in lower case', async () => {
    const event = await eventOf(await startGateway(), {
      headers: ['X-Tag', 'a', 'x-tag', 'b, c', 'Authorization', 'Bearer t'],
    });
    expect(event.headers).toMatchObject({ 'x-tag': 'a,b, c', authorization: 'Bearer t' });
  });

  it('lacks the headers that are for the gateway alone', async () => {
    const headers = { connection: 'close', te: 'trailers', 'proxy-authorization': 'Basic x', 'keep-alive': '1' };
    const event = await eventOf(await startGateway(), { headers });
    expect(Object.keys(event.headers).filter((name) => name in headers)).toEqual([]);
  });

  it('has the client behind what it claims about itself, and its own address where nobody can claim', async () => {
    const event = await eventOf(await startGateway(), {
      headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'x-forwarded-port': '1' },
    });
    expect(event.headers).toMatchObject({ 'x-forwarded-for': '203.0.113.9, 127.0.0.1', 'x-forwarded-proto': 'http' });
    expect(event.requestContext.http.sourceIp).toBe('127.0.0.1');
  });

  it.each([
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-8',
    'text/plain',
    'application/ld+json',
  ])('has a body of %s as text', async (contentType) => {
    const event = await eventOf(await startGateway(), {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: 'naïve=1',
    });
    expect(event).toMatchObject({ body: 'naïve=1', isBase64Encoded: false });
  });

  it.each(['application/octet-stream', 'image/png', undefined])('has a body of %s in base64', async (contentType) => {
    const event = await eventOf(await startGateway(), {
      method: 'POST',
      headers: contentType === undefined ? {} : { 'content-type': contentType },
      body: Buffer.from([0, 255, 13]),
    });
    expect(event).toMatchObject({ body: 'AP8N', isBase64Encoded: true });
  });

  it('has the path decoded once and cut at a question mark, as API Gateway gives it', async () => {
    const gateway = await startGateway();
    expect(await eventOf(gateway, { path: '/a%2Fb%252F%3Fc?d=%3F' })).toMatchObject({
      rawPath: '/a/b%2F',
      rawQueryString: 'd=%3F',
    });
  });
});

describe('routing', () => {
  const routes = [
    'GET /',
    'GET /login',
    'POST /login',
    'ANY /any',
    'GET /any',
    'GET /things/{id}',
    'GET /things/new',
    '$default',
  ];

  it.each([
    ['GET', '/', 'GET /'],
    ['GET', '/?error=1', 'GET /'],
    ['GET', '/login', 'GET /login'],
    ['POST', '/login', 'POST /login'],
    ['PUT', '/any', 'ANY /any'],
    ['GET', '/any', 'GET /any'],
    ['GET', '/things/1', 'GET /things/{id}'],
    ['GET', '/things/new', 'GET /things/new'],
    ['GET', '/things/', '$default'],
    ['GET', '/things/1/2', '$default'],
    ['GET', '/login/', '$default'],
    ['GET', '//login', '$default'],
    ['GET', '/Login', '$default'],
    ['GET', '/%6Cogin', '$default'],
    ['GET', '/./login', '$default'],
    ['GET', '/login;a=b', '$default'],
    ['HEAD', '/login', '$default'],
    ['OPTIONS', '/login', '$default'],
    ['DELETE', '/login', '$default'],
  ])('gives %s %s to %s', async (method, path, routeKey) => {
    const gateway = await startGateway({ routes });
    await send(gateway, { method, path });
    expect(gateway.invoked).toEqual([functionOf(routeKey)]);
    expect(gateway.entries).toMatchObject([{ method, path: path.split('?')[0], status: 200, run: { start: 'warm' } }]);
  });

  it('gives a greedy parameter the rest of the path, and everything more specific first', async () => {
    const gateway = await startGateway({ routes: ['ANY /{proxy+}', 'GET /a/{id}'] });
    expect(await eventOf(gateway, { path: '/a/b/c' })).toMatchObject({ pathParameters: { proxy: 'a/b/c' } });
    expect(await eventOf(gateway, { path: '/a/b' })).toMatchObject({ routeKey: 'GET /a/{id}' });
  });

  it('answers 404 where there is no route and no $default', async () => {
    const gateway = await startGateway({ routes: ['GET /login'] });
    expect(await send(gateway, { path: '/other' })).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
    expect(gateway.invoked).toEqual([]);
  });
});
