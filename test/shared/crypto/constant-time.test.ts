import { describe, expect, it } from 'vitest';
import { isEqual } from '../../../functions/shared/crypto/constant-time.ts';

describe('isEqual()', () => {
  it('is true for the same text only', () => {
    expect(isEqual('abc', 'abc')).toBe(true);
    expect(isEqual('', '')).toBe(true);
    expect(isEqual('abc', 'abd')).toBe(false);
    expect(isEqual('abc', 'Abc')).toBe(false);
  });

  it('is false, and does not throw, for texts of different lengths', () => {
    expect(isEqual('abc', 'ab')).toBe(false);
    expect(isEqual('', 'a')).toBe(false);
    // Two characters each, of two and of four bytes.
    expect(isEqual('ab', 'éé')).toBe(false);
  });
});
