import { describe, expect, it } from 'vitest';
import { parseTolerantParameters } from '../../functions/login/login-parameters.ts';
import { parseLoginParameters } from '../../functions/shared/http/login-parameters.ts';

const parse = (query: string) => parseLoginParameters(new URLSearchParams(query), ['authkit', 'GoogleOAuth']);

describe('parseLoginParameters()', () => {
  it('asks AuthKit for a web login unless told otherwise', () => {
    expect(parse('')).toMatchObject({ origin: 'web', provider: 'authkit' });
  });

  it('ignores what it does not know, and what never stops a login', () => {
    expect(parse('utm_source=x&return_to=x&return_to=y&error=&__proto__=x')).toStrictEqual(parse(''));
  });

  it.each([
    ['origin', 'origin=desktop'],
    ['provider', 'provider=MyOAuth'],
    // What a login by connection_id is called, and nothing that WorkOS could be asked for.
    ['provider', 'provider=connection'],
    ['screen_hint', 'screen_hint=help'],
    ['login_hint', `login_hint=${'x'.repeat(257)}`],
    ['organization_id', 'organization_id='],
    ['organization_id', 'organization_id=org_1&organization_id=org_2'],
    ['origin, login_hint', 'login_hint=&origin=x'],
  ])('names what is wrong: %s in %s', (parameter, query) => {
    const message = `parameters of a login: ${parameter}`;
    expect(() => parse(query)).toThrow(expect.objectContaining({ code: 'invalid_request', message }));
  });

  it('refuses a provider that the stage does not list', () => {
    expect(() => parse('provider=AppleOAuth')).toThrow('the stage does not list this provider');
    expect(parse('provider=GoogleOAuth').provider).toBe('GoogleOAuth');
  });

  it('takes a connection in place of a provider, listed or not', () => {
    expect(parse('connection_id=conn_1&provider=AppleOAuth')).toMatchObject({
      provider: 'connection',
      connectionId: 'conn_1',
    });
  });
});

describe('parseTolerantParameters()', () => {
  const read = (query: string) => parseTolerantParameters(new URLSearchParams(query));

  it('takes them as they are', () => {
    expect(read('return_to=/x&error=access_denied')).toStrictEqual({ return_to: '/x', error: 'access_denied' });
    expect(read('')).toStrictEqual({});
  });

  it('believes neither of two values', () => {
    expect(read('return_to=/x&return_to=/y&error=a&error=b')).toStrictEqual({ return_to: '', error: '' });
  });
});
