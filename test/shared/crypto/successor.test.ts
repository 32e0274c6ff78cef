import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashRefreshToken, openSuccessor, sealSuccessor } from '../../../functions/shared/crypto/successor.ts';

const token = 'rt_01JD4X8V5N2Q';
const context = 'session_1';

describe('sealSuccessor()', () => {
  it('seals what opens with the old token, for the same session', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (text, oldToken, session) => {
        expect(openSuccessor(sealSuccessor(text, oldToken, session), oldToken, session)).toBe(text);
      }),
    );
  });

  it('shows nothing of what is in it', () => {
    const sealed = sealSuccessor('the new pair', token, context);
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/pair|rt_/);
    expect(sealSuccessor('the new pair', token, context)).not.toBe(sealed);
  });
});

describe('openSuccessor()', () => {
  const sealed = sealSuccessor('the new pair', token, context);

  it('is undefined for any other token', () => {
    fc.assert(
      fc.property(fc.string(), (other) => {
        fc.pre(other !== token);
        expect(openSuccessor(sealed, other, context)).toBeUndefined();
      }),
    );
  });

  it("is undefined for what the table's reader has: the hash of the token", () => {
    expect(openSuccessor(sealed, hashRefreshToken(token), context)).toBeUndefined();
  });

  it('is undefined for another session', () => {
    expect(openSuccessor(sealed, token, 'session_2')).toBeUndefined();
  });

  it('is undefined for what somebody changed or cut', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(openSuccessor(changed.toString('base64url'), token, context)).toBeUndefined();
    }
    expect(openSuccessor(sealed.slice(0, -4), token, context)).toBeUndefined();
    expect(openSuccessor('', token, context)).toBeUndefined();
  });
});

describe('hashRefreshToken()', () => {
  it('is the same for the same token, and another for another', () => {
    expect(hashRefreshToken(token)).toBe(hashRefreshToken(token));
    expect(hashRefreshToken(token)).not.toBe(hashRefreshToken(`${token}x`));
  });

  it('is hexadecimal and does not contain the token', () => {
    expect(hashRefreshToken(token)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is no plain hash, which other systems may keep of the same token', async () => {
    const { createHash } = await import('node:crypto');
    expect(hashRefreshToken(token)).not.toBe(createHash('sha256').update(token).digest('hex'));
  });
});
