import { describe, expect, it } from 'vitest';
import {
  isCrossSite,
  isPrefetch,
  refusePrefetch,
  requireTrustedOrigin,
} from '../../../functions/shared/http/guards.ts';
import { requestTo } from '../../support/api-gateway-event.ts';

const withHeaders = (headers: Readonly<Record<string, string>>) => requestTo('/logout', { method: 'POST', headers });

describe('isPrefetch()', () => {
  it.each([
    ['sec-purpose', 'prefetch'],
    ['sec-purpose', 'prefetch;prerender'],
    ['sec-purpose', 'prefetch;anonymous-client-ip'],
    ['sec-purpose', 'Prefetch'],
    ['purpose', 'prefetch'],
    ['purpose', 'preview'],
    ['x-moz', 'prefetch'],
  ])('knows %s: %s', (name, value) => {
    expect(isPrefetch(withHeaders({ [name]: value }))).toBe(true);
  });

  it.each([
    ['sec-purpose', ''],
    ['sec-purpose', 'noprefetching'],
    ['sec-fetch-dest', 'document'],
    ['user-agent', 'prefetch'],
  ])('takes %s: %j for a visit', (name, value) => {
    expect(isPrefetch(withHeaders({ [name]: value }))).toBe(false);
  });
});

describe('refusePrefetch()', () => {
  it('asks a prefetch to come again, and lets a visit pass', () => {
    expect(() => refusePrefetch(withHeaders({ 'sec-purpose': 'prefetch' }))).toThrow(
      expect.objectContaining({ code: 'temporarily_unavailable' }),
    );
    expect(() => refusePrefetch(withHeaders({}))).not.toThrow();
  });
});

describe('isCrossSite()', () => {
  it.each([
    ['cross-site', true],
    ['same-site', false],
    ['same-origin', false],
    ['none', false],
  ])('with Sec-Fetch-Site: %s is %j', (value, expected) => {
    expect(isCrossSite(withHeaders({ 'sec-fetch-site': value }))).toBe(expected);
  });

  it('is false where the browser says nothing', () => {
    expect(isCrossSite(withHeaders({}))).toBe(false);
  });
});

describe('requireTrustedOrigin()', () => {
  const rules = {
    publicUrl: 'https://auth.example.com',
    webOrigins: ['https://app.example.com', 'http://localhost:5173'],
  };
  const require = (headers: Readonly<Record<string, string>>) => () =>
    requireTrustedOrigin(withHeaders(headers), rules);

  it.each([
    ['our own origin', { origin: 'https://auth.example.com' }],
    ['a listed origin', { origin: 'https://app.example.com' }],
    ['another listed origin', { origin: 'http://localhost:5173' }],
    ['a listed origin, called across sites', { origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' }],
    ['our own form, which sends Origin: null', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    ['our own page, where the browser sends no Origin', { 'sec-fetch-site': 'same-origin' }],
  ])('lets in %s', (_, headers) => {
    expect(require(headers)).not.toThrow();
  });

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another origin that claims to be ours', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
    ['our host over http', { origin: 'http://auth.example.com' }],
    ['our host on another port', { origin: 'https://auth.example.com:8443' }],
    ['a host that starts as ours', { origin: 'https://auth.example.com.evil.example' }],
    ['a sibling', { origin: 'https://other.example.com', 'sec-fetch-site': 'same-site' }],
    ['our origin in another notation', { origin: 'https://auth.example.com/' }],
    ['two origins', { origin: 'https://auth.example.com,https://evil.example' }],
    ['an empty Origin', { origin: '', 'sec-fetch-site': 'same-origin' }],
    ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['Origin: null of an older browser', { origin: 'null' }],
    ['Origin: null from a sibling', { origin: 'null', 'sec-fetch-site': 'same-site' }],
    ['no Origin from another site', { 'sec-fetch-site': 'cross-site' }],
    ['no Origin from a sibling', { 'sec-fetch-site': 'same-site' }],
    ['no Origin, typed by a user', { 'sec-fetch-site': 'none' }],
    ['a client that sends neither', {}],
    ['a host header that is the origin', { host: 'evil.example', origin: 'https://evil.example' }],
  ])('keeps out %s', (_, headers: Readonly<Record<string, string>>) => {
    expect(require(headers)).toThrow(expect.objectContaining({ code: 'cross_site' }));
  });

  it('knows its own origin from a public URL that has a path', () => {
    const request = withHeaders({ origin: 'https://auth.example.com' });
    expect(() =>
      requireTrustedOrigin(request, { publicUrl: 'https://auth.example.com/', webOrigins: [] }),
    ).not.toThrow();
  });
});
