/** The hourly job that ends grants which are still to be ended, and goes round all connections. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import { ProviderFailure } from '../../functions/shared/domain/provider.ts';
import { github, gmail } from '../support/module-keeper-contract.ts';
import { renewalUnderTest, type RenewalUnderTest } from '../support/renewal-under-test.ts';
import { tableIsAway } from '../support/vault-keeper-under-test.ts';

let job: RenewalUnderTest;
beforeEach(() => {
  job = renewalUnderTest();
});

const usersOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `usr_${String(index).padStart(3, '0')}`);
const connectAll = async (count: number) => {
  for (const userId of usersOf(count)) await job.connect(userId);
};
const keysInUse = () => [...job.parts.connections.rows.values()].map(({ sealed }) => sealed.keyId);
const isOpened = async (userId: string, module = 'gmail') => {
  const row = await job.parts.connections.find(userId, module);
  if (!row) return false;
  const { sealed, tokenVersion } = row;
  const tokens = await job.parts.vault.open(sealed, { kind: 'connection', userId, module, tokenVersion });
  return Object.keys(tokens).length > 0;
};
const counts = { seen: 0, resealed: 0, renewed: 0, ended: 0, failed: 0 };

describe('the round over all connections', () => {
  it('reseals what is under an older key, and every token opens as before', async () => {
    await connectAll(60);
    await job.run();
    job.keys.rotate();
    const { pass } = await job.run();
    expect(pass).toMatchObject({ ...counts, seen: 60, resealed: 60, finishedAt: expect.any(Number) });
    expect(new Set(keysInUse())).toStrictEqual(new Set(['data-key-2']));
    job.keys.forgetOld();
    for (const userId of usersOf(60)) expect(await isOpened(userId)).toBe(true);
  });

  it('begins when a key has changed or a week is over, and otherwise reads one row in an hour', async () => {
    await connectAll(3);
    let pages = 0;
    const all = { page: (...given: Parameters<typeof job.parts.all.page>) => (pages++, job.parts.all.page(...given)) };
    const run = async () => {
      pages = 0;
      await job.run(1000, { all });
      return pages;
    };
    expect(await run()).toBe(1);
    expect(await run()).toBe(0);
    await job.passDays(6.9);
    expect(await run()).toBe(0);
    await job.passDays(0.1);
    expect(await run()).toBe(1);
    job.keys.rotate();
    expect(await run()).toBe(1);
    expect(await run()).toBe(0);
  });

  it('stops when its time is over and goes on from there in the next run, with its counts', async () => {
    await connectAll(60);
    await job.run();
    job.keys.rotate();
    const first = await job.run(1);
    expect(first.pass).toMatchObject({ seen: 25, resealed: 25, after: { userId: 'usr_024', module: 'gmail' } });
    expect(first.pass).not.toHaveProperty('finishedAt');
    expect(keysInUse().filter((keyId) => keyId === 'data-key-2')).toHaveLength(25);
    const rest = await job.run();
    expect(rest.pass).toMatchObject({ seen: 60, resealed: 60, finishedAt: expect.any(Number) });
  });

  it('repeats at most a page after it was killed', async () => {
    await connectAll(60);
    await job.run();
    job.keys.rotate();
    const progress = { ...job.parts.progress, write: tableIsAway };
    await expect(job.run(1000, { progress })).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    const { pass } = await job.run();
    expect(pass).toMatchObject({ seen: 60, resealed: 35 });
    expect(new Set(keysInUse())).toStrictEqual(new Set(['data-key-2']));
  });

  it('is shared by two runs at once, and nothing is done wrong by either', async () => {
    await connectAll(60);
    await job.run();
    job.keys.rotate();
    await Promise.all([job.run(), job.run()]);
    expect(new Set(keysInUse())).toStrictEqual(new Set(['data-key-2']));
    for (const userId of usersOf(60)) expect(await isOpened(userId)).toBe(true);
    expect((await job.parts.progress.read('renew-module-tokens'))?.state).toMatchObject({ seen: 60 });
  });

  it('goes round once more when the key changed while it was on its way', async () => {
    await connectAll(60);
    await job.run();
    job.keys.rotate();
    await job.run(1);
    job.keys.rotate();
    await job.run();
    expect(new Set(keysInUse())).toStrictEqual(new Set(['data-key-3']));
  });

  it('reads a row again that somebody else has written meanwhile, and does not undo what they wrote', async () => {
    await connectAll(1);
    const [userId = ''] = usersOf(1);
    const { connections } = job.parts;
    job.keys.rotate();
    let writes = 0;
    const reseal: typeof connections.reseal = async (read, sealed) => {
      const row = await connections.find(userId, 'gmail');
      if (writes++ === 0) connections.tamper(userId, 'gmail', { version: (row?.version ?? 0) + 1, tokenVersion: 1 });
      return connections.reseal(read, sealed);
    };
    const { pass } = await job.run(1000, { connections: { ...connections, reseal } });
    expect(writes).toBe(2);
    expect(pass).toMatchObject({ resealed: 1 });
    expect(await isOpened(userId)).toBe(true);
  });

  it('leaves alone who is being refreshed: new tokens come under the newest key anyway', async () => {
    await connectAll(1);
    const [userId = ''] = usersOf(1);
    const row = await job.parts.connections.find(userId, 'gmail');
    if (!row) throw new Error('it is not there');
    const lease = { leaseId: 'lease', until: new Date(job.time.clock().getTime() + 12_000) };
    await job.parts.connections.takeRefreshLease(row, lease, job.time.clock());
    job.keys.rotate();
    expect((await job.run()).pass).toMatchObject({ ...counts, seen: 1 });
    expect(keysInUse()).toStrictEqual(['data-key-1']);
  });

  it('says which row does not open, and goes on', async () => {
    await connectAll(3);
    job.parts.connections.tamper('usr_001', 'gmail', { tokenVersion: 9 });
    job.keys.rotate();
    expect((await job.run()).pass).toMatchObject({ seen: 3, resealed: 2, failed: 1 });
    expect(job.log.fieldsOf('module.tokens_unreadable')).toStrictEqual([{ userId: 'usr_001', module: 'gmail' }]);
  });

  it('says which row is none of ours, and goes on', async () => {
    const unreadable = [{ userId: 'usr_by_hand', module: 'gmail' }];
    const all = { page: () => Promise.resolve({ connections: [], unreadable, after: undefined }) };
    expect((await job.run(1000, { all })).pass).toMatchObject({ seen: 1, failed: 1 });
    expect(job.log.fieldsOf('renewal.row_unreadable')).toStrictEqual(unreadable);
  });

  it('fails while KMS is away, and has lost nothing', async () => {
    await connectAll(2);
    job.keys.rotate();
    job.keys.isAway = true;
    await expect(job.run()).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    job.keys.isAway = false;
    expect((await job.run()).pass).toMatchObject({ seen: 2, resealed: 2 });
  });

  it('does nothing about a module that is switched off', async () => {
    await job.connect('usr_off', github);
    await job.passDays(130);
    job.keys.rotate();
    expect((await job.run(1000, { modules: [gmail] })).pass).toMatchObject({ ...counts, seen: 1 });
  });

  it('tells how far it has come in the log', async () => {
    await connectAll(2);
    await job.run();
    expect(job.log.fieldsOf('renewal.progress')).toStrictEqual([
      { ...counts, seen: 2, isFinished: true, startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    ]);
  });
});

describe('connections that nobody has used for long', () => {
  it.each([gmail, github])('of $name are used, so that their provider does not let them die', async (module) => {
    await job.connect('usr_idle', module);
    await job.passDays(119);
    expect((await job.run()).pass).toMatchObject({ ...counts, seen: 1 });
    await job.passDays(7);
    expect((await job.run()).pass).toMatchObject({ seen: 1, renewed: 1 });
    const row = await job.parts.connections.find('usr_idle', module.name);
    expect(row?.refreshedAt).toStrictEqual(job.time.clock());
    await job.passDays(7);
    expect((await job.run()).pass).toMatchObject({ ...counts, seen: 1 });
  });

  it('of GitHub where its tokens expire get the next pair, which is kept', async () => {
    job.providers.github.expires = true;
    await job.connect('usr_idle', github);
    await job.passDays(126);
    expect((await job.run()).pass).toMatchObject({ renewed: 1 });
    const access = await job.time.run(job.parts.keeper.access('usr_idle', github, job.log));
    expect(job.providers.github.isGood(access.accessToken)).toBe(true);
  });

  it('and that are over are found out, told once, and no failure', async () => {
    await job.connect('usr_idle');
    job.providers.google.withdraw('account of usr_idle');
    await job.passDays(126);
    expect((await job.run()).pass).toMatchObject({ ended: 1, failed: 0 });
    expect(job.events.published.at(-1)).toMatchObject({
      name: 'module.reauthorization_required',
      detail: { userId: 'usr_idle', problem: 'grant_revoked' },
    });
    await job.passDays(7);
    expect((await job.run()).pass).toMatchObject({ ...counts, seen: 1 });
  });

  it('are left as they are while their provider is away, and tried again in the next pass', async () => {
    await job.connect('usr_idle');
    await job.passDays(126);
    job.providers.google.failNext('refresh', 'later');
    expect((await job.run()).pass).toMatchObject({ renewed: 0, failed: 1 });
    expect(job.log.fieldsOf('renewal.failed')).toStrictEqual([{ userId: 'usr_idle', module: 'gmail' }]);
    await job.passDays(7);
    expect((await job.run()).pass).toMatchObject({ renewed: 1, failed: 0 });
  });

  it('are left alone after many failures in a row, and resealed all the same: it is not the users’ doing', async () => {
    await connectAll(120);
    await job.passDays(126);
    job.keys.rotate();
    job.providers.google.failNext('refresh', ...Array.from({ length: 120 }, () => 'misconfigured' as const));
    const { pass } = await job.run();
    expect(pass).toMatchObject({ seen: 120, resealed: 120, renewed: 0 });
    expect(job.log.fieldsOf('renewal.halted')).toStrictEqual([{ failures: 20 }]);
    expect(job.providers.google.calls.refresh).toBeLessThanOrEqual(25);
    const statuses = [...job.parts.connections.rows.values()].map(({ status }) => status);
    expect(new Set(statuses)).toStrictEqual(new Set(['connected']));
  });
});

describe('grants that are still to be ended', () => {
  const pending = () => job.parts.revocations.list(100);
  const disconnectAll = async (userIds: readonly string[]) => {
    for (const userId of userIds) {
      await job.connect(userId, github);
      job.providers.github.failNext('revoke', 'later');
      await job.time.run(job.parts.keeper.disconnect(userId, github, job.log));
    }
  };
  const grants = () => usersOf(60).reduce((sum, id) => sum + job.providers.github.grantsOf(`account of ${id}`), 0);

  it('are ended, however many, and are no connections', async () => {
    await disconnectAll(usersOf(60));
    expect(grants()).toBe(60);
    const { revocations, pass } = await job.run();
    expect(revocations).toStrictEqual({ done: 60, pending: 0 });
    expect(pass).toMatchObject({ seen: 0 });
    expect([grants(), await pending()]).toStrictEqual([0, []]);
    expect(job.log.fieldsOf('renewal.revocations')).toStrictEqual([{ done: 60, pending: 0 }]);
  });

  it.each(['refused', 'not_found'] as const)('count as ended where GitHub says %s', async (kind) => {
    await disconnectAll(['usr_000']);
    job.providers.github.failNext('revoke', kind);
    expect((await job.run()).revocations).toStrictEqual({ done: 1, pending: 0 });
    expect(await pending()).toStrictEqual([]);
  });

  it.each(['later', 'misconfigured', 'unexpected'] as const)(
    'stay where GitHub says %s, and go an hour later',
    async (kind) => {
      await disconnectAll(usersOf(2));
      job.providers.github.failNext('revoke', kind);
      expect((await job.run()).revocations).toStrictEqual({ done: 1, pending: 1 });
      expect((await job.run()).revocations).toStrictEqual({ done: 1, pending: 0 });
    },
  );

  it('do not starve behind some that fail each time', async () => {
    await disconnectAll(usersOf(30));
    const { github: own, google } = job.providers;
    const poisoned = new Set(usersOf(4).map((id) => `account of ${id}`));
    const provider = {
      ...own,
      revoke: async (tokens: { accessToken?: string }) => {
        const isPoisoned = [...poisoned].some((id) => tokens.accessToken?.includes(id));
        if (isPoisoned) throw new ProviderFailure('unexpected', 'an answer of another shape');
        return own.revoke(tokens);
      },
    };
    const providers = { google, github: provider };
    expect((await job.run(1000, { providers })).revocations).toStrictEqual({ done: 26, pending: 4 });
  });

  it('wait for the next run after five failures in a row', async () => {
    await disconnectAll(usersOf(10));
    job.providers.github.failNext('revoke', 'later', 'later', 'later', 'later', 'later', 'later');
    expect((await job.run()).revocations).toStrictEqual({ done: 0, pending: 5 });
    expect(await pending()).toHaveLength(10);
  });

  it('wait for the next run when the time is over', async () => {
    await disconnectAll(usersOf(10));
    expect((await job.run(4)).revocations).toStrictEqual({ done: 4, pending: 0 });
    expect(await pending()).toHaveLength(6);
  });

  it('are forgotten where they do not open, with a line that says whose', async () => {
    await disconnectAll(['usr_000']);
    const [revocation] = await pending();
    if (!revocation) throw new Error('nothing is pending');
    await job.parts.revocations.put({ ...revocation, tokenVersion: 9 });
    expect((await job.run()).revocations).toStrictEqual({ done: 1, pending: 0 });
    expect(job.log.fieldsOf('module.tokens_unreadable')).toStrictEqual([{ userId: 'usr_000', module: 'github' }]);
    expect(await pending()).toStrictEqual([]);
  });

  it('stay while their key cannot be had', async () => {
    await disconnectAll(['usr_000']);
    job.keys.isAway = true;
    await expect(job.run()).rejects.toBeInstanceOf(AuthError);
    expect(await pending()).toHaveLength(1);
  });

  it('stay where their module is switched off, and are in nobody’s way', async () => {
    await disconnectAll(usersOf(6));
    expect((await job.run(1000, { modules: [gmail] })).revocations).toStrictEqual({ done: 0, pending: 0 });
    expect(await pending()).toHaveLength(6);
  });
});

describe('what the log has of it', () => {
  it('is no token', async () => {
    await connectAll(3);
    await job.connect('usr_idle', github);
    await job.passDays(126);
    job.keys.rotate();
    job.providers.google.failNext('refresh', 'later');
    await job.run();
    expect(job.log.lines.length).toBeGreaterThan(3);
    expect(JSON.stringify(job.log.lines)).not.toMatch(/access-|refresh-|sealed \d/);
  });
});
