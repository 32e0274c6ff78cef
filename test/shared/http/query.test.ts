import { describe, expect, it } from 'vitest';
import { singleParameter } from '../../../functions/shared/http/query.ts';

describe('singleParameter()', () => {
  const read = (query: string) => singleParameter(new URLSearchParams(query), 'code');

  it('gives the value of a parameter that is there once', () => {
    expect(read('code=abc&state=x')).toBe('abc');
    expect(read('code=a%20b%2Bc+d')).toBe('a b+c d');
    expect(read('code=')).toBe('');
    expect(read('code')).toBe('');
  });

  it('gives nothing for one that is absent', () => {
    expect(read('')).toBeUndefined();
    expect(read('CODE=abc&code[]=abc')).toBeUndefined();
  });

  it('gives the value of nothing for one that is there twice, whatever its values', () => {
    expect(read('code=a&code=b')).toBe('');
    expect(read('code=a&code=a')).toBe('');
  });
});
