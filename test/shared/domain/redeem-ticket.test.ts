/** A ticket and its proof: who gets a session, and that one attempt is all there is. */
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LoginTicket } from '../../../functions/shared/domain/device-tickets.ts';
import type { TicketRedemption } from '../../../functions/shared/domain/redeem-ticket.ts';
import { hashFamily, readRefreshToken } from '../../../functions/shared/domain/refresh-token.ts';
import { deriveSessionId } from '../../../functions/shared/domain/user-id.ts';
import {
  client,
  grantedBy,
  type NativeGrantsUnderTest,
  startNativeGrants,
  userId,
} from '../../support/native-grants-under-test.ts';

let grants: NativeGrantsUnderTest;
beforeEach(async () => {
  grants = await startNativeGrants();
});

const outcomeOf = (reason: string) => ({ outcome: 'refused', reason });

describe('redeemTicket()', () => {
  it('begins the session that the ticket stands for, and gives its first tokens', async () => {
    const { redeem, login, sessionRows, clock, log, keys } = grants;
    const tokens = grantedBy(await redeem(await login()));
    expect(tokens).toStrictEqual({
      token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      tokenType: 'Bearer',
      expiresIn: 3600,
      refreshToken: expect.stringMatching(/^[\w-]+$/),
      refreshExpiresIn: 60 * 86_400,
      sessionId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });

    const read = await readRefreshToken(tokens.refreshToken, keys);
    if (!read) throw new Error('no token of ours');
    expect(sessionRows.get(tokens.sessionId)).toStrictEqual({
      session: {
        sessionId: tokens.sessionId,
        userId,
        workosUserId: 'user_01HALICE',
        workosSessionId: 'session_01HALICE',
        organizationId: 'org_1',
        roles: ['admin'],
        clientId: 'gatehouse-native',
        dpopThumbprint: undefined,
        counter: 0,
        familyHash: hashFamily(read),
        rotatedAt: clock(),
        askedAt: clock(),
        createdAt: clock(),
        lastSeenAt: clock(),
        client,
        expiresAt: new Date(clock().getTime() + 60 * 86_400_000),
        absoluteExpiresAt: new Date(clock().getTime() + 365 * 86_400_000),
      },
    });
    const { sessionId } = tokens;
    expect(log.fieldsOf('native.session_begun')).toStrictEqual([{ sessionId, userId, clientId: 'gatehouse-native' }]);
  });

  it('makes a JWT of what the ticket says, not of the user’s row', async () => {
    const { redeem, login } = grants;
    const { token, sessionId } = grantedBy(await redeem(await login({ organizationId: 'org_2', roles: ['member'] })));
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ sub: userId, sid: sessionId, org_id: 'org_2', roles: ['member'] });
  });

  it('takes a verifier of 43 characters as well as one of 128', async () => {
    const { redeem, login } = grants;
    for (const verifier of ['v'.repeat(43), '-._~'.repeat(32)]) {
      const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
      const { ticket } = await login({ codeChallenge });
      expect((await redeem({ ticket, verifier })).outcome).toBe('granted');
    }
  });

  it('gives one session when fifty redeem a ticket together', async () => {
    const { redeem, login, sessionRows, issued } = grants;
    const proof = await login();
    const redeemed = await Promise.all(Array.from({ length: 50 }, () => redeem(proof)));
    expect(redeemed.filter(({ outcome }) => outcome === 'granted')).toHaveLength(1);
    expect(redeemed.filter(({ outcome }) => outcome === 'refused')).toHaveLength(49);
    expect(sessionRows.size).toBe(1);
    expect(issued.recorded).toHaveLength(1);
  });

  const other = 'w'.repeat(43);
  const attempts: [string, string, Partial<TicketRedemption>, Partial<LoginTicket>][] = [
    ['the verifier of another', 'wrong_verifier', { verifier: other }, {}],
    ['no verifier', 'wrong_verifier', { verifier: '' }, {}],
    ['another’s uid', 'other_than_claimed', { claimed: { userId: 'usr_bob' } }, {}],
    ['no uid', 'other_than_claimed', { claimed: { userId: '' } }, {}],
    [
      'another client',
      'other_than_claimed',
      { claimed: { clientId: 'another', redirectUri: 'yourappscheme://login/success' } },
      {},
    ],
    [
      'another redirect',
      'other_than_claimed',
      { claimed: { clientId: 'gatehouse-native', redirectUri: 'yourappscheme://login' } },
      {},
    ],
    ['no proof of the key', 'wrong_key', {}, { dpopThumbprint: 'the-key' }],
    ['a proof by another key', 'wrong_key', { proofThumbprint: 'a-key' }, { dpopThumbprint: 'the-key' }],
  ];
  it.each(attempts)('refuses %s, and the ticket is gone', async (_, reason, attempt, details) => {
    const { redeem, login, sessionRows, issued } = grants;
    const proof = await login(details);
    expect(await redeem(proof, attempt)).toStrictEqual(outcomeOf(reason));
    const right = { proofThumbprint: details.dpopThumbprint };
    expect(await redeem(proof, right)).toStrictEqual(outcomeOf('unknown_or_used'));
    expect(sessionRows.size).toBe(0);
    expect(issued.recorded).toStrictEqual([]);
  });

  it.each(['v'.repeat(42), 'v'.repeat(129), `${'v'.repeat(43)}=`, `${'v'.repeat(43)} `, 'ä'.repeat(43), ''])(
    'refuses %j, which RFC 7636 knows for no verifier, whatever the challenge',
    async (verifier) => {
      const { redeem, login } = grants;
      const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
      const { ticket } = await login({ codeChallenge });
      expect(await redeem({ ticket, verifier })).toStrictEqual(outcomeOf('wrong_verifier'));
    },
  );

  it('takes the challenge itself for no verifier: plain is not S256', async () => {
    const { redeem, login } = grants;
    const challenge = createHash('sha256').update('v'.repeat(43)).digest('base64url');
    const { ticket } = await login({ codeChallenge: challenge });
    expect(await redeem({ ticket, verifier: challenge })).toStrictEqual(outcomeOf('wrong_verifier'));
  });

  it('refuses a ticket on the second in which it expires, and redeems it before', async () => {
    const { redeem, login, clock } = grants;
    const [early, late] = [await login(), await login()];
    clock.advanceSeconds(119);
    expect((await redeem(early)).outcome).toBe('granted');
    clock.advanceSeconds(1);
    expect(await redeem(late)).toStrictEqual(outcomeOf('expired'));
  });

  it('refuses a ticket that nobody made', async () => {
    const { redeem } = grants;
    const verifier = 'v'.repeat(43);
    for (const ticket of ['', 'junk', 'A'.repeat(43)])
      expect(await redeem({ ticket, verifier })).toStrictEqual(outcomeOf('unknown_or_used'));
  });

  it('binds the session to the key of the login, whose proof it wants', async () => {
    const { begin, sessionRows } = grants;
    const tokens = await begin({ dpopThumbprint: 'the-key' });
    expect(tokens.tokenType).toBe('DPoP');
    expect(sessionRows.get(tokens.sessionId)?.session.dpopThumbprint).toBe('the-key');
  });

  it('leaves a session unbound whose login named no key, proof or no proof', async () => {
    const { redeem, login, sessionRows } = grants;
    const tokens = grantedBy(await redeem(await login(), { proofThumbprint: 'a-key' }));
    expect(tokens.tokenType).toBe('Bearer');
    expect(sessionRows.get(tokens.sessionId)?.session.dpopThumbprint).toBeUndefined();
  });

  it.each(['disabled', 'deleted'] as const)('says of a user who is %s that they are gone', async (status) => {
    const { redeem, login, users, sessionRows } = grants;
    const proof = await login();
    users.setStatus(userId, status);
    expect(await redeem(proof)).toStrictEqual(outcomeOf('user_gone'));
    expect(sessionRows.size).toBe(0);
  });

  it('begins nothing on a WorkOS session that has ended since the login', async () => {
    const { redeem, login, parts, clock, sessionRows } = grants;
    const proof = await login();
    await parts.records.end({ sessionId: deriveSessionId('session_01HALICE'), userId }, clock());
    expect(await redeem(proof)).toStrictEqual(outcomeOf('session_ended'));
    expect(sessionRows.size).toBe(0);
  });

  it('leaves no session behind when the keys cannot be had', async () => {
    const { redeem, login, keys, sessionRows } = grants;
    const proof = await login();
    keys.isAway = true;
    await expect(redeem(proof)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(sessionRows.size).toBe(0);
  });
});
