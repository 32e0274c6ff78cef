import { describe, expect, it } from 'vitest';
import type { AccessTokenVerifier, VerifiedAccessToken } from '../../../functions/shared/domain/access-tokens.ts';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import type { DpopProof, DpopVerifier } from '../../../functions/shared/domain/dpop.ts';
import { createTokenSessions, type PresentedToken } from '../../../functions/shared/domain/token-sessions.ts';
import { holdClock } from '../../support/held-clock.ts';
import { createMemoryNativeSessionRecords } from '../../support/memory-native-session-records.ts';
import { createMemoryUsers } from '../../support/memory-users.ts';
import { nativeSessionOfSomeone } from '../../support/native-session-records-contract.ts';

const clock = holdClock();
const userId = 'usr_0123456789abcdef0123456789abcdef';
const row = nativeSessionOfSomeone({
  userId,
  workosUserId: 'user_01HALICE',
  roles: ['admin', 'billing'],
  organizationId: 'org_01HACME',
  expiresAt: new Date(clock().getTime() + 86_400_000),
});
const token: VerifiedAccessToken = {
  userId,
  clientId: row.clientId,
  sessionId: row.sessionId,
  roles: ['admin'],
  organizationId: 'org_01HACME',
  dpopThumbprint: undefined,
  jti: 'one',
  expiresAt: new Date(clock().getTime() + 3_600_000),
};
const bound = { ...token, dpopThumbprint: 'key of the app' };
const presented: PresentedToken = {
  scheme: 'Bearer',
  token: 'token',
  proof: undefined,
  method: 'GET',
  url: 'https://auth.example.com/session',
};
const withProof: PresentedToken = { ...presented, scheme: 'DPoP', token: 'bound', proof: 'key of the app' };

/** A token by its text, a proof by the text of its key. */
async function start() {
  const asked: DpopProof[] = [];
  const tokens: Readonly<Record<string, VerifiedAccessToken>> = {
    token,
    bound,
    'of a session that never was': { ...token, sessionId: '9'.repeat(32) },
    "of another user's session": { ...token, userId: 'usr_of_bob' },
  };
  const verifier: AccessTokenVerifier = { verify: (text) => Promise.resolve(tokens[text]) };
  const dpop: DpopVerifier = {
    verify(proof, request) {
      asked.push(request);
      if (proof === 'bad') return Promise.reject(new AuthError('invalid_dpop_proof', 'the proof is refused: because'));
      if (proof === 'away') return Promise.reject(new AuthError('temporarily_unavailable', 'no table'));
      return Promise.resolve(proof);
    },
  };
  const nativeSessions = createMemoryNativeSessionRecords();
  await nativeSessions.begin(row);
  const users = createMemoryUsers();
  const { workosUserId } = row;
  const profile = { email: 'alice@example.com', name: 'Alice Archer', pictureUrl: undefined, profileAt: clock() };
  const signIn = { ...profile, authMethod: 'Password', organizationId: 'org_of_the_last_sign_in', roles: ['none'] };
  await users.recordSignIn({ userId, workosUserId, ...signIn, at: clock() });
  const { open } = createTokenSessions({ verifier, dpop, nativeSessions, users, clock });
  return { open, asked, nativeSessions, users };
}

describe('open()', () => {
  it("gives the session as its row has it now, with the user's profile, until the token expires", async () => {
    const { open } = await start();
    expect(await open(presented)).toStrictEqual({
      outcome: 'active',
      session: {
        kind: 'native',
        clientId: row.clientId,
        sessionId: row.sessionId,
        userId,
        workosUserId: 'user_01HALICE',
        organizationId: 'org_01HACME',
        roles: ['admin', 'billing'],
        email: 'alice@example.com',
        name: 'Alice Archer',
        pictureUrl: undefined,
        authMethod: 'Password',
        impersonator: undefined,
        expiresAt: token.expiresAt,
      },
    });
  });

  it('opens a bound token with a proof by its key, for this request and this token', async () => {
    const { open, asked } = await start();
    expect(await open(withProof)).toMatchObject({ outcome: 'active' });
    expect(asked).toStrictEqual([{ method: 'GET', url: 'https://auth.example.com/session', accessToken: 'bound' }]);
  });

  it.each<[string, Partial<PresentedToken>]>([
    ['what is no token of ours', { token: 'x' }],
    ['a bound token as Bearer', { token: 'bound' }],
    ['a bound token as Bearer, with its proof', { token: 'bound', proof: 'key of the app' }],
    ['a token that is not bound, as DPoP', { scheme: 'DPoP', proof: 'key of the app' }],
    ['a bound token without a proof', { scheme: 'DPoP', token: 'bound' }],
    ['a bound token with a proof of another key', { scheme: 'DPoP', token: 'bound', proof: 'key of a thief' }],
    ['a bound token with a proof that is refused', { scheme: 'DPoP', token: 'bound', proof: 'bad' }],
    ['a token of a session that is not there', { token: 'of a session that never was' }],
    ["a token of another user's session", { token: "of another user's session" }],
  ])('refuses %s', async (_, given) => {
    const { open } = await start();
    expect(await open({ ...presented, ...given })).toStrictEqual({
      outcome: 'refused',
      reason: expect.any(String),
    });
  });

  it('refuses a session that has ended, at once', async () => {
    const { open, nativeSessions } = await start();
    await nativeSessions.end(row.sessionId, 'ended_by_user', clock());
    expect(await open(presented)).toMatchObject({ outcome: 'refused', reason: 'its session has ended' });
  });

  it.each(['disabled', 'deleted'] as const)('refuses a user who was %s, at once', async (status) => {
    const { open, users } = await start();
    users.setStatus(userId, status);
    expect(await open(presented)).toMatchObject({ outcome: 'refused', reason: 'its user is disabled or deleted' });
  });

  it('throws when it cannot be told whether a proof was seen before', async () => {
    const { open } = await start();
    await expect(open({ ...withProof, proof: 'away' })).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });
});
