import { describe, expect, it } from 'vitest';
import { hasAuthorization, readPresentedToken } from '../../../functions/shared/http/authorization-header.ts';
import { requestTo } from '../../support/api-gateway-event.ts';

const publicUrl = 'https://auth.example.com';
const read = (authorization: string, headers: Record<string, string> = {}, target = '/session?x=1') =>
  readPresentedToken(requestTo(target, { headers: { ...headers, authorization } }), publicUrl);

describe('readPresentedToken()', () => {
  it('takes scheme and token apart, and adds what a proof has to be for', () => {
    expect(read('Bearer a.b-c_d.e~f+/==')).toStrictEqual({
      scheme: 'Bearer',
      token: 'a.b-c_d.e~f+/==',
      proof: undefined,
      method: 'GET',
      url: 'https://auth.example.com/session',
    });
    expect(read('DPoP a.b.c', { dpop: 'p' })).toMatchObject({ scheme: 'DPoP', token: 'a.b.c', proof: 'p' });
  });

  it.each(['bearer x', 'BEARER x', 'Bearer  x'])('does not mind how %j is written', (authorization) => {
    expect(read(authorization)).toMatchObject({ scheme: 'Bearer', token: 'x' });
  });

  it.each([
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'x',
    'Basic YWxpY2U6c2VjcmV0',
    'Bearer a b',
    'Bearer a, Bearer b',
    'Bearer a,DPoP b',
    'DPoP a,b',
    'Bearer =',
    'Bearer \u00fc',
    ' Bearer a',
    'Bearer\ta',
    'Bearer a\n',
  ])('takes nothing out of %j', (authorization) => {
    expect(read(authorization)).toBeUndefined();
  });

  it.each([
    ['/sessions/a%62', '/sessions/a%2562'],
    ['/a?b', '/a'],
    ['/a#b', '/a%23b'],
  ])('names %s as the request does, whose path was decoded once', (target, path) => {
    expect(read('Bearer x', {}, target)?.url).toBe(publicUrl + path);
  });

  it("names the deployment's own origin, whatever host the request says it came to", () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' };
    expect(read('Bearer x', headers)?.url).toBe('https://auth.example.com/session');
  });
});

describe('hasAuthorization()', () => {
  it('is for any such header, an empty one too', () => {
    expect(hasAuthorization(requestTo('/', { headers: { authorization: '' } }))).toBe(true);
    expect(hasAuthorization(requestTo('/'))).toBe(false);
  });
});
