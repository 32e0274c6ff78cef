import { createHash } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { AccessTokenSubject } from '../../../functions/shared/domain/access-tokens.ts';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import { createAccessTokenIssuer } from '../../../functions/shared/jwt/issue.ts';
import { createMemoryIssuedTokens } from '../../support/memory-issued-tokens.ts';
import { makeSigningKey, signingWith } from '../../support/signing-keys.ts';

const now = new Date('2026-11-22T10:00:00.600Z');
const parties = { issuer: 'https://auth.example.com', audience: 'https://api.example.com' };
const [rsa, p256] = [makeSigningKey('key_1'), makeSigningKey('key_2', 'ES256')];
const subject: AccessTokenSubject = {
  userId: 'usr_0123456789abcdef0123456789abcdef',
  clientId: 'gatehouse-native',
  sessionId: 'a'.repeat(32),
  roles: ['admin'],
  organizationId: undefined,
  dpopThumbprint: undefined,
};

function start(key = rsa) {
  const issued = createMemoryIssuedTokens();
  return { issued, issuer: createAccessTokenIssuer({ signingKeys: signingWith(key), issued, ...parties }) };
}

describe('issue()', () => {
  it('makes a JWT by the profile of RFC 9068, and nothing else is in it', async () => {
    const { token, jti } = await start().issuer.issue(subject, now);
    expect(decodeProtectedHeader(token)).toStrictEqual({ alg: 'RS256', typ: 'at+jwt', kid: 'key_1' });
    expect(decodeJwt(token)).toStrictEqual({
      iss: parties.issuer,
      sub: subject.userId,
      aud: parties.audience,
      client_id: 'gatehouse-native',
      iat: 1_795_341_600,
      exp: 1_795_345_200,
      jti,
      sid: subject.sessionId,
      roles: ['admin'],
    });
  });

  it('names the organization and the key that it is bound to, where there are such', async () => {
    const thumbprint = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';
    const { issuer } = start();
    const { token } = await issuer.issue(
      { ...subject, organizationId: 'org_01HACME', dpopThumbprint: thumbprint },
      now,
    );
    expect(decodeJwt(token)).toMatchObject({ org_id: 'org_01HACME', cnf: { jkt: thumbprint } });
  });

  it.each([rsa, p256])('signs with the key in use: $algorithm', async (key) => {
    const { token } = await start(key).issuer.issue(subject, now);
    const { protectedHeader } = await jwtVerify(token, key.publicKey, { currentDate: now });
    expect(protectedHeader).toMatchObject({ alg: key.algorithm, kid: key.keyId });
  });

  it('says when it was issued and when it expires, as the token does', async () => {
    const issued = await start().issuer.issue(subject, now);
    expect(issued).toMatchObject({
      issuedAt: new Date('2026-11-22T10:00:00Z'),
      expiresAt: new Date('2026-11-22T11:00:00Z'),
    });
  });

  it('records the hash of each token, and the token nowhere', async () => {
    const { issuer, issued } = start();
    const { token, jti, issuedAt, expiresAt } = await issuer.issue(subject, now);
    const jwtHash = createHash('sha256').update(token).digest('hex');
    const { userId, sessionId } = subject;
    expect(issued.recorded).toStrictEqual([{ userId, jti, jwtHash, sessionId, issuedAt, expiresAt }]);
  });

  it('gives no two tokens the same jti, and each 128 random bits', async () => {
    const { issuer } = start(p256);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => issuer.issue(subject, now)));
    const ids = tokens.map(({ jti }) => jti);
    expect(new Set(ids).size).toBe(50);
    expect(ids.map((jti) => Buffer.from(jti, 'base64url').length)).toStrictEqual(ids.map(() => 16));
  });

  it.each([
    ['the table', { issued: { record: () => Promise.reject(new AuthError('temporarily_unavailable', 'away')) } }],
    ['the key', { signingKeys: { current: () => Promise.reject(new AuthError('temporarily_unavailable', 'away')) } }],
  ])('gives nothing out while %s is away', async (_, away) => {
    const parts = { signingKeys: signingWith(rsa), issued: createMemoryIssuedTokens(), ...parties, ...away };
    await expect(createAccessTokenIssuer(parts).issue(subject, now)).rejects.toMatchObject({
      code: 'temporarily_unavailable',
    });
  });
});
