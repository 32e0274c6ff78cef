import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hashFamily,
  readRefreshToken,
  type RefreshToken,
  startFamily,
  successorOf,
  writeRefreshToken,
} from '../../../functions/shared/domain/refresh-token.ts';
import { createMemoryDataKeys } from '../../support/memory-data-keys.ts';

const keys = createMemoryDataKeys();
const key = await keys.current();
const token: RefreshToken = {
  sessionId: '00112233445566778899aabbccddeeff',
  counter: 7,
  familySecret: Buffer.from('f0e1d2c3b4a5968778695a4b3c2d1e0f', 'hex'),
};
/** Tokens live for months: this is how those that are out there look. */
const written = 'AQpkYXRhLWtleS0xABEiM0RVZneImaq7zN3u_wAAAAfw4dLDtKWWh3hpWks8LR4PNcfw1HwQ6R7yNSDDSEkcXw';

describe('writeRefreshToken()', () => {
  it('writes the tokens that are out there', () => {
    expect(writeRefreshToken(token, key)).toBe(written);
  });

  it('writes texts that differ in nothing but counter and MAC for a token and its successor', () => {
    const [first, second] = [token, successorOf(token)].map((each) =>
      Buffer.from(writeRefreshToken(each, key), 'base64url'),
    );
    expect(second?.subarray(0, 28)).toStrictEqual(first?.subarray(0, 28));
    expect(second?.readUInt32BE(28)).toBe(8);
    expect(second?.subarray(-16)).not.toStrictEqual(first?.subarray(-16));
  });
});

describe('readRefreshToken()', () => {
  it('reads what was written, whatever the token', async () => {
    const tokens = fc.record({
      sessionId: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
      counter: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      familySecret: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
    });
    await fc.assert(
      fc.asyncProperty(tokens, async (any) => {
        expect(await readRefreshToken(writeRefreshToken(any, key), keys)).toEqual(any);
      }),
    );
  });

  it('reads tokens of older keys as long as they are kept', async () => {
    const ring = createMemoryDataKeys();
    const text = writeRefreshToken(token, await ring.current());
    ring.rotate();
    expect(await readRefreshToken(text, ring)).toEqual(token);
    ring.forgetOld();
    expect(await readRefreshToken(text, ring)).toBeUndefined();
  });

  it('refuses a token of which a single bit is another', async () => {
    const bytes = Buffer.from(writeRefreshToken(token, key), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(await readRefreshToken(changed.toString('base64url'), keys), `bit ${bit}`).toBeUndefined();
    }
  });

  it('refuses every other way to write the same bytes', async () => {
    const text = writeRefreshToken(token, key);
    const bytes = Buffer.from(text, 'base64url');
    for (const other of [`${text}==`, `${text}=`, ` ${text}`, `${text}\n`, `${text.slice(0, 40)}.${text.slice(40)}`])
      expect(await readRefreshToken(other, keys)).toBeUndefined();
    // 64 bytes are 86 characters, of which the last has four bits to spare.
    expect(bytes).toHaveLength(64);
    const spare = text.slice(0, -1) + String.fromCodePoint((text.codePointAt(85) ?? 0) + 1);
    expect(Buffer.from(spare, 'base64url')).toStrictEqual(bytes);
    expect(await readRefreshToken(spare, keys)).toBeUndefined();
  });

  it('refuses a token that another deployment made with a key of the same name', async () => {
    const text = writeRefreshToken(token, await createMemoryDataKeys('another stage').current());
    expect(await readRefreshToken(text, keys)).toBeUndefined();
  });

  it('refuses any other text, without a throw', async () => {
    for (const text of ['', 'AQ', 'AQo', 'A'.repeat(86), 'A'.repeat(16_000), writeRefreshToken(token, key).repeat(2)])
      expect(await readRefreshToken(text, keys)).toBeUndefined();
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(await readRefreshToken(text, keys)).toBeUndefined();
      }),
    );
  });

  it('asks no key about a text that has not the form of a token', async () => {
    const asked: string[] = [];
    const ring = {
      byId: (keyId: string) => {
        asked.push(keyId);
        return Promise.resolve(undefined);
      },
    };
    for (const text of ['', 'junk', 'Ag'.padEnd(86, 'A'), writeRefreshToken(token, key).slice(0, -4)])
      await readRefreshToken(text, ring);
    expect(asked).toStrictEqual([]);
    await readRefreshToken(writeRefreshToken(token, key), ring);
    expect(asked).toStrictEqual(['data-key-1']);
  });

  it('throws when the keys cannot be read: nothing is known of the token then', async () => {
    const ring = createMemoryDataKeys();
    ring.isAway = true;
    const text = writeRefreshToken(token, key);
    await expect(readRefreshToken(text, ring)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });
});

describe('startFamily()', () => {
  it('makes a first token that nobody has seen before', () => {
    const [one, other] = [startFamily(), startFamily()];
    expect(one.counter).toBe(0);
    expect(one.sessionId).toMatch(/^[0-9a-f]{32}$/);
    expect(one.familySecret).toHaveLength(16);
    expect(one.sessionId).not.toBe(other.sessionId);
    expect(one.familySecret).not.toStrictEqual(other.familySecret);
  });
});

describe('hashFamily()', () => {
  it('is one for a family, and another for every other', () => {
    expect(hashFamily(token)).toBe(hashFamily(successorOf(token)));
    expect(hashFamily(token)).not.toBe(hashFamily(startFamily()));
    expect(hashFamily(token)).toMatch(/^[0-9a-f]{64}$/);
  });
});
