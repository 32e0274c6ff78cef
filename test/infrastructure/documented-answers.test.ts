/** That a test cannot get a wrong answer unnoticed, whatever it looks at itself. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { checkAnswersFrom, requireDocumented } from '../support/documented-answers.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { deviationsOf, type GivenAnswer } from '../support/openapi-deviations.ts';
import { UserAgent } from '../support/user-agent.ts';

const standard = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, no-store',
  vary: 'Cookie, Authorization, Origin',
};
const session = {
  authenticated: true,
  uid: `usr_${'0'.repeat(32)}`,
  email: 'alice@example.com',
  name: 'Alice',
  pictureUrl: null,
  organizationId: null,
  roles: ['admin'],
  authMethod: 'Password',
  sessionId: '0'.repeat(32),
  expiresAt: '2026-11-22T12:00:00.000Z',
};
const failure = { error: 'unauthenticated', error_description: 'Sign in first.', request_id: 'x' };
const seal = 'wos-session=Fe26.2**x; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax';

const getSession = { method: 'GET', path: '/session' };

function answered(status: number, body: unknown, headers: Record<string, string | undefined> = {}): GivenAnswer {
  const all = { 'content-type': 'application/json', ...standard, ...headers };
  return {
    status,
    headers: Object.entries(all).filter(([, value]) => value !== undefined),
    setCookies: [],
    body: JSON.stringify(body),
  };
}

describe('deviationsOf()', () => {
  it.each([
    ['a session', answered(200, session)],
    ['a session with an impersonator', answered(200, { ...session, impersonator: { email: 'x', reason: null } })],
    ['a refreshed session', { ...answered(200, session), setCookies: [seal] }],
    ['nobody', answered(401, failure)],
    ["a listed origin's answer", answered(401, failure, { 'access-control-allow-origin': 'https://app.example.com' })],
    ['a failure', answered(503, { ...failure, error: 'temporarily_unavailable' }, { 'retry-after': '5' })],
    ['what API Gateway says', { ...answered(429, { message: 'Too Many Requests' }), headers: [] }],
  ])('has nothing to say of %s', (_, answer) => {
    expect(deviationsOf(getSession, answer)).toEqual([]);
  });

  it.each([
    ['a status', answered(202, session), 'the status is none of 200, 401, 413, 500, 503'],
    [
      'a missing header',
      answered(200, session, { 'x-content-type-options': undefined }),
      'x-content-type-options is missing',
    ],
    [
      'a header that depends on the status',
      answered(503, { ...failure, error: 'temporarily_unavailable' }),
      'retry-after is missing',
    ],
    [
      'the value of a header',
      answered(200, session, { 'cache-control': 'public' }),
      'cache-control must be equal to constant, and is public',
    ],
    [
      'a header that nobody wrote down',
      answered(200, session, { 'x-powered-by': 'us' }),
      'x-powered-by is not documented',
    ],
    [
      'a content type',
      answered(200, session, { 'content-type': 'text/plain' }),
      'content-type is none of application/json, and is text/plain',
    ],
    ['a missing member', answered(200, { ...session, email: undefined }), "body must have required property 'email'"],
    ['a member of another type', answered(200, { ...session, roles: 'admin' }), 'body /roles must be array'],
    [
      'a member that nobody wrote down',
      answered(200, { ...session, accessToken: 'x' }),
      'body must NOT have additional properties accessToken',
    ],
    [
      'one inside another',
      answered(200, { ...session, impersonator: { email: 'x', reason: null, sid: 'x' } }),
      'body /impersonator must NOT have additional properties sid',
    ],
    [
      'the code of an error',
      answered(401, { ...failure, error: 'not_found' }),
      'body /error must be equal to one of the allowed values',
    ],
    ['a body that is not JSON', { ...answered(200, session), body: '<html>' }, 'body must be object'],
    [
      'an attribute of a cookie',
      { ...answered(200, session), setCookies: [seal.replace(' Secure;', '')] },
      expect.stringMatching(/^set-cookie must match pattern/),
    ],
    [
      "API Gateway's words from a function of ours",
      answered(429, { message: 'Too Many Requests' }),
      'the status is none of 200, 401, 413, 500, 503',
    ],
  ])('notices %s', (_, answer, deviation) => {
    expect(deviationsOf(getSession, answer)).toEqual([deviation]);
  });

  const html = answered(200, '', { 'content-type': 'text/html; charset=utf-8', vary: 'Cookie, Authorization' });

  it('notices a page without a policy', () => {
    expect(deviationsOf({ method: 'GET', path: '/' }, html)).toEqual([
      'content-security-policy is missing',
      'referrer-policy is missing',
    ]);
  });

  it.each([
    ['a body where there is none', { method: 'DELETE', path: '/sessions/x' }, answered(204, ''), 'there is a body'],
    [
      'a redirect to nowhere',
      { method: 'GET', path: '/login' },
      { ...answered(302, '', { vary: 'Cookie, Authorization' }), body: '' },
      'location is missing',
    ],
    [
      'a path that is none of ours',
      { method: 'GET', path: '/sessions/x/y' },
      answered(200, session),
      'the status is none of 400, 404, 405, 413, 503',
    ],
    [
      'a method that nobody knows',
      { method: 'PUT', path: '/session' },
      answered(200, session),
      'the status is none of 400, 404, 405, 413, 503',
    ],
    [
      'a HEAD that does what GET does',
      { method: 'HEAD', path: '/session' },
      answered(401, ''),
      'the status is none of 200, 400, 404, 405, 413, 503',
    ],
  ])('notices %s', (_, request, answer, deviation) => {
    expect(deviationsOf(request, answer)).toEqual([deviation]);
  });
});

describe('a UserAgent', async () => {
  const server = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = () => new UserAgent().send(`${origin}/session?x=1`);

  it('takes any answer from an origin that nobody checks', async () => {
    expect((await ask()).status).toBe(200);
  });

  it('takes only documented ones from an origin that is checked', async () => {
    onTestFinished(checkAnswersFrom(origin));
    await expect(ask()).rejects.toThrow(
      /^GET \/session answered 200, and not as its openapi\.ts says\n- strict-transport-security is missing\n- /,
    );
  });
});

describe('startGatehouse()', () => {
  it('has all answers of its origin checked', async () => {
    const { url } = await startGatehouse();
    expect(() => requireDocumented(url, getSession, answered(200, {}))).toThrow(/not as its openapi\.ts says/);
  });
});
