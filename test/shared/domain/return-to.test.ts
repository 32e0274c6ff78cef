import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReturnTo } from '../../../functions/shared/domain/return-to.ts';
import { singleParameter } from '../../../functions/shared/http/query.ts';
import { redirect } from '../../../functions/shared/http/response.ts';
import { anyText } from '../../support/any-text.ts';
import {
  ambiguousQueries,
  harmlessReturnTos,
  listedOrigin,
  openRedirects,
  ownOrigin,
} from '../../support/open-redirect-corpus.ts';

const rules = { publicUrl: ownOrigin, webOrigins: [listedOrigin, 'https://other.example.org:8443'] };
const parse = (value: string | null | undefined) => parseReturnTo(value, rules);

/** As `/login` reads it. */
const parseQuery = (query: string) => parse(singleParameter(new URLSearchParams(query), 'return_to'));

const decode = (value: string): string => new URLSearchParams(`return_to=${value}`).get('return_to') ?? '';

/** Where a browser goes that reads it as the Location of an answer from `/callback`. */
const destinationOf = (returnTo: string): URL =>
  new URL(redirect(returnTo).headers['location'] ?? '', `${ownOrigin}/callback?code=c&state=s`);

describe('parseReturnTo() refuses', () => {
  for (const [kind, values] of Object.entries(openRedirects)) {
    it.each(values)(`${kind}: %s`, (value) => {
      expect(parseQuery(`return_to=${value}`)).toBeUndefined();
    });
  }

  it.each(ambiguousQueries)('what is there more than once or under another name: %s', (query) => {
    expect(parseQuery(query)).toBeUndefined();
  });

  it('nothing at all', () => {
    expect(parse(undefined)).toBeUndefined();
    expect(parse(null)).toBeUndefined();
    expect(parse('')).toBeUndefined();
  });

  it('every origin but its own where none is listed', () => {
    expect(parseReturnTo(`${listedOrigin}/`, { ...rules, webOrigins: [] })).toBeUndefined();
  });
});

describe('parseReturnTo() takes as it is', () => {
  it.each(harmlessReturnTos)('%s', (value) => {
    expect(parseQuery(`return_to=${value}`)).toBe(decode(value));
    expect([ownOrigin, listedOrigin]).toContain(destinationOf(decode(value)).origin);
  });

  it('a listed origin on a port of its own', () => {
    expect(parse('https://other.example.org:8443/a')).toBe('https://other.example.org:8443/a');
    expect(parse('https://other.example.org/a')).toBeUndefined();
  });

  it('256 bytes, and not one more', () => {
    expect(parse(`/${'a'.repeat(255)}`)).toBe(`/${'a'.repeat(255)}`);
    expect(parse(`/${'a'.repeat(256)}`)).toBeUndefined();
  });
});

describe('whatever parseReturnTo() gives', () => {
  const everyValue = [...Object.values(openRedirects).flat(), ...harmlessReturnTos];
  const words =
    '/ // \\ . .. %2f %5c %2e %09 %0a %25 % @ : # ? & ; [::1] a login Logout callback dashboard evil.example 127.1 ' +
    `https: http: javascript: data: app.example.com auth.example.com ${ownOrigin} ${listedOrigin} https://evil.example`;
  const fragments = [...words.split(' '), '\t', '\n', '\r', '\v', ' ', '\u0000', '\u3002', '\uFF0F'];
  const pieced = fc.array(fc.constantFrom(...fragments), { maxLength: 8 }).map((pieces) => pieces.join(''));
  const mutated = fc
    .tuple(fc.constantFrom(...everyValue), fc.nat(300), fc.constantFrom(...fragments))
    .map(([value, at, piece]) => decode(value).slice(0, at) + piece);
  const anyValue = fc.oneof(
    { arbitrary: pieced, weight: 4 },
    { arbitrary: mutated, weight: 4 },
    { arbitrary: fc.webUrl({ withFragments: true, withQueryParameters: true }), weight: 1 },
    { arbitrary: anyText().map((text) => `/${text}`), weight: 1 },
  );

  it('leads a browser to this origin or a listed one, over https, and to no place that starts over', () => {
    let accepted = 0;
    fc.assert(
      fc.property(anyValue, (value) => {
        const returnTo = parse(value);
        if (returnTo === undefined) return;
        accepted += 1;
        const { origin, protocol, pathname, username, password } = destinationOf(returnTo);
        expect([ownOrigin, ...rules.webOrigins]).toContain(origin);
        expect(protocol).toBe('https:');
        expect(username + password).toBe('');
        expect(origin + pathname).not.toMatch(/^https:\/\/auth[^/]*\/(?:login|logout|callback)\/?$/i);
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('is what it was given, in printable ASCII, and starts with one slash or a listed origin', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const returnTo = parse(value);
        if (returnTo === undefined) return;
        expect(returnTo).toBe(value);
        expect(returnTo).toMatch(/^[!-~]{1,256}$/);
        expect(returnTo).toMatch(/^(?:\/(?![/\\])|https:\/\/(?:app\.example\.com|other\.example\.org:8443)(?:\/|$))/);
      }),
      { numRuns: 3_000 },
    );
  });
});
