/** Threat 24: what goes wrong at Google, or with our client there, must not cost users their connection. */
import { describe, expect, it } from 'vitest';
import { type Provider, ProviderFailure, type ProviderFailureKind } from '../../functions/shared/domain/provider.ts';
import { mailboxTurnsUnderTest } from '../support/mailbox-turns-under-test.ts';

const believed = 20;

/** So many mailboxes, each of which has had its first turn. */
async function stage(mailboxes: number) {
  const world = mailboxTurnsUnderTest();
  const users = Array.from({ length: mailboxes }, (_, index) => `usr_${index}`);
  for (const user of users) {
    await world.connect(user);
    await world.take(user);
  }
  await world.haveSent(mailboxes);
  let outage: ProviderFailure | undefined;
  const provider: Pick<Provider, 'name' | 'refresh' | 'toKeep'> = {
    ...world.google,
    refresh: (token) => (outage ? Promise.reject(outage) : world.google.refresh(token)),
  };
  const statuses = async () => {
    const rows = await Promise.all(users.map((user) => world.row(user)));
    return rows.map((row) => row?.status);
  };
  return {
    ...world,
    users,
    /** Everybody's message comes, a cadence after the last one. */
    async round() {
      world.clock.advanceSeconds(15 * 60);
      for (const user of users) await world.take(user, { provider });
    },
    /** As Google answers everybody's refresh, until it is over. */
    fail: (kind: ProviderFailureKind, reason?: string) =>
      void (outage = new ProviderFailure(kind, `Google: ${kind}`, { reason })),
    mend: () => void (outage = undefined),
    lost: async () => (await statuses()).filter((status) => status !== 'connected').length,
  };
}

describe('an outage at Google', () => {
  it('disconnects nobody, and everybody goes on after it', async () => {
    const world = await stage(60);
    world.fail('later');
    for (let rounds = 0; rounds < 30; rounds += 1) await world.round();
    expect(await world.lost()).toBe(0);
    expect(world.told('module.reauthorization_required')).toEqual([]);

    world.mend();
    world.clock.advanceSeconds(12 * 3600);
    await world.round();
    const synced = await Promise.all(world.users.map((user) => world.row(user)));
    for (const row of synced) expect(row?.mailbox?.lastSyncedAt).toEqual(world.clock());
  });
});

describe('our client at Google, when it is wrong', () => {
  it.each(['invalid_client', 'deleted_client', 'unauthorized_client'])(
    'disconnects nobody, and wakes an operator: %s',
    async (reason) => {
      const world = await stage(60);
      world.fail('misconfigured', reason);
      for (let rounds = 0; rounds < 5; rounds += 1) await world.round();
      expect(await world.lost()).toBe(0);
      const errors = world.log.lines.filter(({ level }) => level === 'error');
      expect(new Set(errors.map(({ event, fields }) => `${event} ${String(fields['reason'])}`))).toEqual(
        new Set([`provider.misconfigured ${reason}`]),
      );
    },
  );
});

describe('a refusal of everybody at once', () => {
  it.each(['refused', 'forbidden'] as const)(
    'is believed of a few, and of no more for as long as it lasts: %s',
    async (kind) => {
      const world = await stage(60);
      world.fail(kind, 'invalid_grant');
      await world.round();
      expect(await world.lost()).toBe(believed);
      expect(world.told('module.reauthorization_required')).toHaveLength(believed);
      expect(world.log.fieldsOf('worker.halted')).toHaveLength(60 - believed);
      expect(world.log.lines.find(({ event }) => event === 'worker.halted')?.level).toBe('error');

      for (let rounds = 0; rounds < 48; rounds += 1) await world.round();
      expect(await world.lost()).toBe(believed);

      world.mend();
      await world.round();
      const left = await Promise.all(world.users.slice(believed).map((user) => world.row(user)));
      for (const row of left) expect(row?.mailbox?.lastSyncedAt).toEqual(world.clock());
    },
  );

  it('is believed of one in twenty where there are many', async () => {
    const world = await stage(60);
    await world.haveSent(1000);
    world.fail('refused', 'invalid_grant');
    await world.round();
    expect(await world.lost()).toBe(50);
  });

  it('does not keep single users from being told, once it is over', async () => {
    const world = await stage(60);
    world.fail('refused', 'invalid_grant');
    await world.round();
    world.mend();
    await world.round();
    await world.round();
    const user = 'usr_59';
    world.withdraw(user);
    await world.round();
    expect((await world.row(user))?.problem).toBe('grant_revoked');
  });
});
