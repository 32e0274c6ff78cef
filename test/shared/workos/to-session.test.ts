import { describe, expect, it } from 'vitest';
import { deriveSessionId, deriveUserId } from '../../../functions/shared/domain/user-id.ts';
import { toProfile, toSession } from '../../../functions/shared/workos/to-session.ts';
import { aliceClaims } from '../../support/access-tokens.ts';

const user = {
  id: aliceClaims.sub,
  email: 'alice@example.com',
  firstName: 'Alice',
  lastName: 'Archer',
  profilePictureUrl: 'https://pictures.example.com/alice.png',
};
const tokens = { accessToken: 'a', refreshToken: 'r', user, authenticationMethod: 'Password' };
const claims = { ...aliceClaims, roles: [...aliceClaims.roles] };

describe('toSession()', () => {
  it('takes the person from the seal, and what counts from the token', () => {
    const session = toSession({ ...tokens, organizationId: 'org_of_the_seal' }, claims);
    expect(session).toStrictEqual({
      kind: 'web',
      userId: deriveUserId(aliceClaims.sub),
      workosUserId: aliceClaims.sub,
      sessionId: deriveSessionId(aliceClaims.sid),
      email: 'alice@example.com',
      name: 'Alice Archer',
      pictureUrl: 'https://pictures.example.com/alice.png',
      impersonator: undefined,
      organizationId: 'org_01HACME',
      roles: ['admin', 'billing'],
      authMethod: 'Password',
      expiresAt: new Date('2026-11-22T10:05:00Z'),
    });
  });

  it("keeps WorkOS's session id inside the seal", () => {
    expect(JSON.stringify(toSession(tokens, claims))).not.toMatch(/session_01/);
  });

  it('takes a single role where there is no list, and none where there is neither', () => {
    const { roles: _, role: __, ...neither } = claims;
    expect(toSession(tokens, { ...neither, role: 'member' }).roles).toStrictEqual(['member']);
    expect(toSession(tokens, neither).roles).toStrictEqual([]);
    expect(toSession(tokens, { ...claims, roles: [] }).roles).toStrictEqual([]);
  });

  it('knows no organization and no method where none is given', () => {
    const { org_id: _, ...personal } = claims;
    const session = toSession({ ...tokens, authenticationMethod: null }, personal);
    expect(session.organizationId).toBeUndefined();
    expect(session.authMethod).toBeUndefined();
  });
});

describe('toProfile()', () => {
  const nameOf = (firstName: string | null, lastName: string | null) =>
    toProfile({ ...tokens, user: { ...user, firstName, lastName } }).name;

  it('puts a name together from what there is, or takes the e-mail', () => {
    expect(nameOf('Alice', 'Archer')).toBe('Alice Archer');
    expect(nameOf('Alice', null)).toBe('Alice');
    expect(nameOf(null, 'Archer')).toBe('Archer');
    expect(nameOf(null, null)).toBe('alice@example.com');
    expect(nameOf('', '')).toBe('alice@example.com');
    expect(toProfile({ ...tokens, user: { id: 'u', email: 'e@example.com' } }).name).toBe('e@example.com');
  });

  it('knows no picture where there is none', () => {
    expect(toProfile({ ...tokens, user: { ...user, profilePictureUrl: null } }).pictureUrl).toBeUndefined();
  });

  it('says who uses the session in place of its user, and why if they said so', () => {
    const impersonator = { email: 'support@example.com', reason: 'ticket 7' };
    expect(toProfile({ ...tokens, impersonator }).impersonator).toStrictEqual(impersonator);
    expect(toProfile({ ...tokens, impersonator: { email: 'support@example.com' } }).impersonator).toStrictEqual({
      email: 'support@example.com',
      reason: null,
    });
    expect(toProfile({ ...tokens, impersonator: null }).impersonator).toBeUndefined();
  });
});
