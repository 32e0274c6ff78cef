import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxOverheadBytes, deriveBoxKey, openBox, sealBox } from '../../../functions/shared/crypto/sealed-box.ts';
import { anyText } from '../../support/any-text.ts';
import { password, strangersPassword } from '../../support/cookie-passwords.ts';
import { everyOtherEnding, everyShorterVersion } from '../../support/tampering.ts';

const key = deriveBoxKey(password, 'login-transaction', 'prod');
const secret = Buffer.from('a small secret');
const box = sealBox(secret, key, 'the-cookie');

describe('sealBox() and openBox()', () => {
  it('give back any bytes in any context', () => {
    const anyBytes = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(anyBytes, anyText(), (plaintext, context) => {
        const sealed = sealBox(plaintext, key, context);
        expect(openBox(sealed, key, context)).toStrictEqual(Buffer.from(plaintext));
      }),
    );
  });

  it('make text that a cookie can hold, of a length that is known beforehand', () => {
    expect(box).toMatch(/^[\w-]+$/);
    expect(Buffer.from(box, 'base64url')).toHaveLength(secret.length + boxOverheadBytes);
  });

  it('never make the same box twice', () => {
    expect(sealBox(secret, key, 'the-cookie')).not.toBe(box);
  });

  it.each([
    ['purpose', deriveBoxKey(password, 'connect-transaction', 'prod')],
    ['stage', deriveBoxKey(password, 'login-transaction', 'dev')],
    ['password', deriveBoxKey(strangersPassword, 'login-transaction', 'prod')],
  ])('keep a box of one %s from opening under another', (_, otherKey) => {
    expect(openBox(box, otherKey, 'the-cookie')).toBeUndefined();
  });

  it('keep a box of one context from opening in another', () => {
    expect(openBox(box, key, 'another-cookie')).toBeUndefined();
    expect(openBox(box, key, '')).toBeUndefined();
  });

  const openOf = (boxes: readonly string[], context = 'the-cookie') =>
    boxes.filter((text) => openBox(text, key, context) !== undefined);

  it('refuse a box with any one bit flipped', () => {
    const bytes = Buffer.from(box, 'base64url');
    const flipped = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const copy = Buffer.from(bytes);
      copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return copy.toString('base64url');
    });
    expect(openOf(flipped)).toStrictEqual([]);
  });

  it('refuse a box that was cut short or made longer, its tag included', () => {
    expect(openOf([...everyShorterVersion(box), `${box}A`, `${box}AAAA`])).toStrictEqual([]);
  });

  it('know one text for one box: no padding, no other alphabet, no spare bits', () => {
    // Of its 43 bytes the last of 58 characters holds two bits, and has four to spare.
    const spare = sealBox(Buffer.alloc(15), key, 'c');
    const variants = [...everyOtherEnding(spare), `${spare}==`, ` ${spare}`, `${spare}\n`];
    expect(openOf(variants, 'c')).toStrictEqual([]);
    expect(openBox(spare, key, 'c')).toStrictEqual(Buffer.alloc(15));
  });

  it('open nothing that somebody made up', () => {
    fc.assert(fc.property(anyText(), (text) => openBox(text, key, 'the-cookie') === undefined));
    fc.assert(fc.property(fc.base64String(), (text) => openBox(text, key, 'the-cookie') === undefined));
  });
});

describe('deriveBoxKey()', () => {
  it('is the same every time, with a half for each of its uses', () => {
    expect(deriveBoxKey(password, 'login-transaction', 'prod')).toStrictEqual(key);
    expect(key.encryption).toHaveLength(32);
    expect(key.authentication).toHaveLength(32);
    expect(key.encryption).not.toStrictEqual(key.authentication);
  });

  it('is HKDF-SHA-256, fixed: another derivation would end every login under way', () => {
    expect(key.encryption.toString('hex')).toBe('cc56baa99a977859ecc023721c2787eb3d31da8f4e5683fa365d431f11eda89e');
    expect(key.authentication.toString('hex')).toBe('eee3e8069183c78c9f86d12307d64a5ff0cde7acc17701df14b096918b7504a0');
  });
});
