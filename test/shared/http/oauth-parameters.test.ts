/** RFC 6749 §3.1 and §3.2. */
import { describe, expect, it } from 'vitest';
import { readOAuthParameters } from '../../../functions/shared/http/oauth-parameters.ts';

const read = (text: string) => readOAuthParameters(new URLSearchParams(text), ['client_id', 'scope']);

describe('readOAuthParameters()', () => {
  it('reads those that are there once', () => {
    expect(read('client_id=a&scope=b+c')).toStrictEqual({ values: { client_id: 'a', scope: 'b c' }, repeated: [] });
  });

  it('takes one without a value for one that is not there', () => {
    expect(read('client_id=&scope')).toStrictEqual({ values: {}, repeated: [] });
  });

  it('names those that are there more than once, whatever their values', () => {
    expect(read('client_id=a&client_id=a&scope=&scope=')).toStrictEqual({
      values: {},
      repeated: ['client_id', 'scope'],
    });
  });

  it('ignores what it was not asked for', () => {
    expect(read('resource=a&resource=b&CLIENT_ID=c')).toStrictEqual({ values: {}, repeated: [] });
  });
});
