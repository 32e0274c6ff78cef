import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRecord, recordOverheadBytes, sealRecord } from '../../../functions/shared/crypto/sealed-record.ts';

const key = randomBytes(32);
const binding = ['prod', 'usr_1', 'gmail', 'connection', '1', '7'];
const text = Buffer.from('a refresh token');

describe('sealRecord()', () => {
  it('gives back what was sealed, whatever it is', () => {
    const anyBinding = fc.array(fc.string(), { maxLength: 6 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), anyBinding, (plaintext, parts) => {
        const record = sealRecord(plaintext, key, parts);
        expect(record).toHaveLength(plaintext.length + recordOverheadBytes);
        expect(openRecord(record, key, parts)).toEqual(Buffer.from(plaintext));
      }),
      { numRuns: 50 },
    );
  });

  it('makes another record each time', () => {
    const records = Array.from({ length: 50 }, () => sealRecord(text, key, binding).toString('hex'));
    expect(new Set(records).size).toBe(50);
    expect(new Set(records.map((record) => record.slice(0, 64))).size).toBe(50);
  });
});

describe('openRecord()', () => {
  const record = sealRecord(text, key, binding);

  it('opens under no other key', () => {
    expect(openRecord(record, randomBytes(32), binding)).toBeUndefined();
  });

  it.each(binding.map((part, index) => [part, index] as const))('opens with nothing in place of %s', (part, index) => {
    expect(openRecord(record, key, binding.with(index, `${part}x`))).toBeUndefined();
    expect(openRecord(record, key, binding.toSpliced(index, 1))).toBeUndefined();
  });

  it('counts each part of the binding for itself', () => {
    const joined = sealRecord(text, key, ['ab', 'c']);
    for (const parts of [['a', 'bc'], ['abc'], ['ab', 'c', ''], ['', 'ab', 'c']])
      expect(openRecord(joined, key, parts)).toBeUndefined();
  });

  it('opens with no bit changed, none missing and none added', () => {
    for (let at = 0; at < record.length; at += 1) {
      const changed = Buffer.from(record);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(openRecord(changed, key, binding)).toBeUndefined();
    }
    // A tag cut short must not count as a shorter tag.
    for (let length = 0; length < record.length; length += 1)
      expect(openRecord(record.subarray(0, length), key, binding)).toBeUndefined();
    expect(openRecord(Buffer.concat([record, Buffer.of(0)]), key, binding)).toBeUndefined();
  });
});
