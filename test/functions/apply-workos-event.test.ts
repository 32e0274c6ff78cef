import { describe, expect, it } from 'vitest';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import { deriveSessionId, deriveUserId } from '../../functions/shared/domain/user-id.ts';
import { brokenEventBus } from '../support/memory-event-bus.ts';
import { someConnection } from '../support/module-connections-contract.ts';
import { workosEventOf } from '../support/workos-webhooks.ts';
import { startWorker } from '../support/workos-events-under-test.ts';

const alice = 'user_01HALICE';
const bob = 'user_01HBOB';
const aliceId = deriveUserId(alice);
const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 22, 9, minute));
const onSession = (
  workosSessionId: string,
  more: { organizationId?: string; at?: Date; workosUserId?: string } = {},
) => ({
  workosUserId: alice,
  workosSessionId,
  at: at(0),
  ...more,
});
const away = new AuthError('temporarily_unavailable', 'a table', { cause: new Error('timeout') });

describe('session.revoked', () => {
  const revoked = workosEventOf('session.revoked', { id: 'session_a', user_id: alice }, at(5));

  it('ends the web session and the native ones that stand on it, and no other', async () => {
    const worker = startWorker();
    const web = await worker.beginWeb(onSession('session_a'));
    const others = [await worker.beginWeb(onSession('session_b')), await worker.beginNative(onSession('session_b'))];
    const native = await worker.beginNative(onSession('session_a'));
    await worker.apply(revoked);
    expect(await worker.records.isEnded(web)).toBe(true);
    expect(worker.endOf(native)).toBe('revoked_at_workos');
    expect([...worker.state().web, ...worker.state().native]).toStrictEqual(others);
  });

  it('ends a web session whose row is not there yet', async () => {
    const worker = startWorker();
    await worker.apply(revoked);
    const sessionId = await worker.beginWeb(onSession('session_a'));
    expect(await worker.records.isEnded(sessionId)).toBe(true);
    expect(await worker.records.ownerOf(deriveSessionId('session_a'))).toBe(aliceId);
  });

  it('is told on the bus and in the log, of native sessions, without WorkOS’s own id', async () => {
    const worker = startWorker();
    const sessionId = await worker.beginNative(onSession('session_a'));
    await worker.apply(revoked);
    const detail = { userId: aliceId, sessionId, clientId: 'gatehouse-native', reason: 'revoked_at_workos' };
    expect(worker.events.published).toStrictEqual([{ name: 'native.session.revoked', detail }]);
    expect(worker.log.fieldsOf('native.session_revoked')).toMatchObject([detail]);
    expect(worker.log.fieldsOf('webhook.applied')).toMatchObject([{ type: 'session.revoked', eventId: revoked.id }]);
    expect(JSON.stringify(worker.log.lines)).not.toContain('session_a');
  });
});

describe('user.deleted', () => {
  const deleted = workosEventOf('user.deleted', { id: alice }, at(5));

  it('leaves a tombstone and ends every session of the user, and of nobody else', async () => {
    const worker = startWorker();
    await worker.signIn({ workosUserId: alice });
    await worker.signIn({ workosUserId: bob });
    await worker.beginWeb(onSession('session_a'));
    await worker.beginWeb(onSession('session_b', { organizationId: 'org_1' }));
    const native = await worker.beginNative(onSession('session_c'));
    const bobs = [
      await worker.beginWeb(onSession('session_d', { workosUserId: bob })),
      await worker.beginNative(onSession('session_e', { workosUserId: bob })),
    ];
    await worker.apply(deleted);
    expect(worker.users.stored(aliceId)).toStrictEqual({ status: 'deleted', deletedAt: at(5) });
    expect(worker.endOf(native)).toBe('user_gone');
    expect([...worker.state().web, ...worker.state().native]).toStrictEqual(bobs);
    expect(await worker.users.isBarred(deriveUserId(bob))).toBe(false);
  });

  it('forgets what the user has connected, and leaves to its job what GitHub is to end', async () => {
    const worker = startWorker();
    for (const [userId, module] of [
      [aliceId, 'gmail'],
      [aliceId, 'github'],
      [deriveUserId(bob), 'github'],
    ] as const) {
      await worker.connections.put(someConnection({ userId, module }), undefined);
    }
    await worker.apply(deleted);
    expect(await worker.connections.list(aliceId)).toStrictEqual([]);
    expect(await worker.connections.list(deriveUserId(bob))).toHaveLength(1);
    expect(await worker.revocations.list(10)).toMatchObject([{ userId: aliceId, module: 'github' }]);
  });

  it('of a user who never signed in here bars a first sign-in that is under way', async () => {
    const worker = startWorker();
    await worker.apply(deleted);
    expect(await worker.signIn({ workosUserId: alice })).toBeUndefined();
  });

  it('bars the user before anything else: what begins meanwhile is refused', async () => {
    const steps: string[] = [];
    const worker = startWorker(({ users, records }) => ({
      users: {
        ...users,
        leaveTombstone: (...given) => {
          steps.push('tombstone');
          return users.leaveTombstone(...given);
        },
      },
      records: {
        ...records,
        list: (...given) => {
          steps.push('list');
          return records.list(...given);
        },
      },
    }));
    await worker.apply(deleted);
    expect(steps).toStrictEqual(['tombstone', 'list']);
  });
});

describe('user.updated', () => {
  const changed = (name: string, updatedAt: Date, more: object = {}) => {
    const user = { id: alice, email: 'ash@example.com', first_name: name, last_name: 'Ash', profile_picture_url: null };
    return workosEventOf('user.updated', { ...user, updated_at: updatedAt.toISOString(), ...more }, updatedAt);
  };

  it('changes address, name and picture, and nothing else', async () => {
    const worker = startWorker();
    const before = await worker.signIn({ workosUserId: alice, organizationId: 'org_1', roles: ['admin'] });
    await worker.apply(changed('Alix', at(1), { profile_picture_url: 'https://pictures.example.com/ash.png' }));
    expect(await worker.users.find(aliceId)).toStrictEqual({
      ...before,
      email: 'ash@example.com',
      name: 'Alix Ash',
      pictureUrl: 'https://pictures.example.com/ash.png',
    });
  });

  it('calls a user without a name by their address, and takes a picture away', async () => {
    const worker = startWorker();
    await worker.signIn({ workosUserId: alice, pictureUrl: 'https://pictures.example.com/old.png' });
    await worker.apply(changed('', at(1), { last_name: undefined, profile_picture_url: undefined }));
    expect(await worker.users.find(aliceId)).toMatchObject({ name: 'ash@example.com', pictureUrl: undefined });
  });

  it('that is older than what is known changes nothing, whether a delivery or a sign-in told that', async () => {
    const worker = startWorker();
    await worker.signIn({ workosUserId: alice, profileAt: at(2) });
    await worker.apply(changed('Older', at(1)));
    expect((await worker.users.find(aliceId))?.name).toBe('Alice Archer');
    await worker.apply(changed('Newest', at(4)));
    await worker.apply(changed('Newer', at(3)));
    expect((await worker.users.find(aliceId))?.name).toBe('Newest Ash');
  });

  it('creates nobody, and raises no one from the dead', async () => {
    const worker = startWorker();
    await worker.apply(changed('Alix', at(1)));
    expect(worker.users.stored(aliceId)).toBeUndefined();
    await worker.apply(workosEventOf('user.deleted', { id: alice }, at(5)));
    await worker.apply(changed('Alix', at(6)));
    expect(worker.users.stored(aliceId)).toStrictEqual({ status: 'deleted', deletedAt: at(5) });
  });
});

describe('organization_membership.*', () => {
  const membership = (event: 'created' | 'updated' | 'deleted', status = 'active', minute = 5) => {
    const data = { user_id: alice, organization_id: 'org_1', status };
    return workosEventOf(`organization_membership.${event}`, data, at(minute));
  };
  const inOrg = { organizationId: 'org_1' };

  it.each([
    ['created', 'active'],
    ['updated', 'active'],
    ['updated', 'pending'],
  ] as const)('%s (%s) has WorkOS asked at the next refresh of the native sessions in it', async (event, status) => {
    const worker = startWorker();
    const concerned = await worker.beginNative(onSession('session_a', inOrg));
    await worker.beginNative(onSession('session_b', { organizationId: 'org_2' }));
    await worker.beginNative(onSession('session_c'));
    await worker.beginNative(onSession('session_d', { ...inOrg, workosUserId: bob }));
    await worker.beginWeb(onSession('session_e', inOrg));
    await worker.apply(membership(event, status));
    expect(worker.state()).toMatchObject({ toBeAsked: [concerned], native: { length: 4 }, web: { length: 1 } });
    expect(worker.events.published).toStrictEqual([]);
  });

  it.each([
    ['deleted', 'active'],
    ['updated', 'inactive'],
  ] as const)('%s (%s) ends the sessions in it that began before', async (event, status) => {
    const worker = startWorker();
    await worker.beginWeb(onSession('session_a', inOrg));
    const native = await worker.beginNative(onSession('session_b', inOrg));
    const others = [
      await worker.beginWeb(onSession('session_c', { organizationId: 'org_2' })),
      await worker.beginWeb(onSession('session_d')),
      await worker.beginWeb(onSession('session_e', { ...inOrg, workosUserId: bob })),
      await worker.beginNative(onSession('session_f')),
    ];
    await worker.apply(membership(event, status));
    expect(worker.endOf(native)).toBe('membership_gone');
    expect([...worker.state().web, ...worker.state().native]).toStrictEqual(others);
    expect(await worker.users.isBarred(aliceId)).toBe(false);
  });

  it('deleted, delivered late, ends no session of somebody who is a member again, and has WorkOS asked about it', async () => {
    const worker = startWorker();
    const web = await worker.beginWeb(onSession('session_a', { ...inOrg, at: at(6) }));
    const native = await worker.beginNative(onSession('session_b', { ...inOrg, at: at(6) }));
    await worker.apply(membership('deleted'));
    expect(worker.state()).toMatchObject({ web: [web], native: [native], toBeAsked: [native] });
  });
});

describe('a message', () => {
  const revoked = workosEventOf('session.revoked', { id: 'session_a', user_id: alice }, at(5));

  it('that was applied is not applied again, for thirty days', async () => {
    const worker = startWorker();
    await worker.apply(revoked);
    const native = await worker.beginNative(onSession('session_a'));
    worker.clock.advanceSeconds(30 * 24 * 3600 - 1);
    await worker.apply(revoked);
    expect(worker.state().native).toStrictEqual([native]);
    expect(worker.log.fieldsOf('webhook.repeated')).toMatchObject([{ eventId: revoked.id }]);
  });

  it('is recorded as done after its effect: one that fails comes again and is applied then', async () => {
    let isAway = true;
    const worker = startWorker(({ records }) => ({
      records: { ...records, end: (...given) => (isAway ? Promise.reject(away) : records.end(...given)) },
    }));
    const web = await worker.beginWeb(onSession('session_a'));
    await expect(worker.apply(revoked)).rejects.toBe(away);
    expect(worker.once.claimed()).toStrictEqual([]);
    isAway = false;
    await worker.apply(revoked);
    expect(await worker.records.isEnded(web)).toBe(true);
    expect(worker.once.claimed()).toStrictEqual([`webhook#${revoked.id}`]);
  });

  it('that crashed before it was recorded tells the bus once', async () => {
    let isAway = true;
    const worker = startWorker(({ once }) => ({
      once: { ...once, claim: (...given) => (isAway ? Promise.reject(away) : once.claim(...given)) },
    }));
    await worker.beginNative(onSession('session_a'));
    await expect(worker.apply(revoked)).rejects.toBe(away);
    isAway = false;
    await worker.apply(revoked);
    expect(worker.events.published).toHaveLength(1);
  });

  it('takes effect also when the bus takes no event, and the log says so', async () => {
    const worker = startWorker(() => ({ events: brokenEventBus }));
    const native = await worker.beginNative(onSession('session_a'));
    await worker.apply(revoked);
    expect(worker.endOf(native)).toBe('revoked_at_workos');
    expect(worker.log.fieldsOf('event.lost')).toStrictEqual([{ name: 'native.session.revoked' }]);
  });

  it.each(['', 'hello', '{}', JSON.stringify({ ...revoked, event: 'user.created' })])(
    'that is none of ours fails, until the queue gives it up: %s',
    async (body) => {
      const worker = startWorker();
      await expect(worker.applyText(body)).rejects.toThrow();
      expect(worker.once.claimed()).toStrictEqual([]);
    },
  );
});
