import { describe, expect, it } from 'vitest';
import { fromApiGateway } from '../../../functions/shared/http/request.ts';
import { apiGatewayEvent, requestId, sourceIp, userAgent } from '../../support/api-gateway-event.ts';

describe('fromApiGateway()', () => {
  it('takes what API Gateway says of the request', () => {
    const event = apiGatewayEvent('/login', { method: 'POST', headers: { accept: 'text/html' } });
    expect(fromApiGateway(event)).toMatchObject({
      method: 'POST',
      path: '/login',
      headers: { accept: 'text/html', host: 'auth.example.com' },
      sourceIp,
      userAgent,
      requestId,
    });
  });

  it('takes the address from API Gateway, whatever the headers say', () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9', 'x-real-ip': '203.0.113.9' };
    expect(fromApiGateway(apiGatewayEvent('/', { headers })).sourceIp).toBe(sourceIp);
  });

  it('leaves the path as it was sent', () => {
    expect(fromApiGateway(apiGatewayEvent('/a%2Fb//c')).path).toBe('/a%2Fb//c');
  });

  it('decodes the query, and keeps what is there twice', () => {
    const { query } = fromApiGateway(apiGatewayEvent('/login?a=1&b=x%26y+z&a=2&%63=d'));
    expect(query.getAll('a')).toStrictEqual(['1', '2']);
    expect(query.get('b')).toBe('x&y z');
    expect(query.get('c')).toBe('d');
  });

  it('has no query and no cookies where there are none', () => {
    const request = fromApiGateway(apiGatewayEvent('/'));
    expect([...request.query]).toStrictEqual([]);
    expect(request.cookies).toStrictEqual([]);
  });

  it('gives cookies one by one, and never as a header', () => {
    const cookies = ['wos-session=a', 'wos-session=b'];
    const request = fromApiGateway(apiGatewayEvent('/', { cookies, headers: { cookie: cookies.join('; ') } }));
    expect(request.cookies).toStrictEqual(cookies);
    expect(request.headers).not.toHaveProperty('cookie');
  });

  it('gives the body as bytes, from text and from base64', () => {
    const bytesOf = (body: string, isBase64Encoded: boolean) =>
      fromApiGateway({ ...apiGatewayEvent('/', { body }), isBase64Encoded }).body;
    expect(bytesOf('Zoë', false)).toStrictEqual(Buffer.from('Zoë', 'utf8'));
    expect(bytesOf('AP8Q', true)).toStrictEqual(Buffer.of(0, 255, 16));
    expect(fromApiGateway(apiGatewayEvent('/')).body).toHaveLength(0);
  });

  it('knows no user agent where none was sent', () => {
    expect(fromApiGateway({ ...apiGatewayEvent('/'), headers: {} }).userAgent).toBeUndefined();
  });
});
