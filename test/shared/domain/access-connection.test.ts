/** Access tokens, and what may come between a refresh and its end. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../functions/shared/domain/provider.ts';
import type { VaultKeeper } from '../../../functions/shared/domain/vault-keeper.ts';
import { type CollectedLog, collectLog } from '../../support/collected-log.ts';
import { alice, atWork, bob, github, gmail, grantOf, privately } from '../../support/module-keeper-contract.ts';
import { tableIsAway, vaultKeeperUnderTest, type VaultKeeperUnderTest } from '../../support/vault-keeper-under-test.ts';

const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

let world: VaultKeeperUnderTest;
let log: CollectedLog;
beforeEach(() => {
  world = vaultKeeperUnderTest();
  log = collectLog();
});

const connect = (module = github, userId = alice, account = privately) =>
  world.run(world.keeper.keep(grantOf(world.providers, userId, module, account), log));
const access = (keeper: VaultKeeper = world.keeper, module = github, userId = alice) =>
  keeper.access(userId, module, log);
const told = () => world.events.published.map(({ name }) => name);
const outcomesOf = async (...work: readonly Promise<unknown>[]) =>
  (await world.run(Promise.allSettled(work))).map((settled) =>
    settled.status === 'fulfilled' ? 'fulfilled' : (settled.reason as { code?: string }).code,
  );

/** Connected while GitHub's app gave tokens that end after eight hours, and so long ago that they have. */
async function connectAndExpire(userId = alice, account = privately): Promise<void> {
  world.providers.github.expires = true;
  await connect(github, userId, account);
  await world.pass(8 * hours);
}

describe('access() where tokens are for ever', () => {
  it('gives the kept one and asks the provider nothing', async () => {
    await connect();
    const { accessToken, expiresAt } = await world.run(access());
    expect([world.providers.github.isGood(accessToken), expiresAt]).toStrictEqual([true, undefined]);
    expect(world.providers.github.calls).toStrictEqual({ account: 0, exchange: 0, refresh: 0, revoke: 0 });
  });
});

describe('access() where the refresh token is for one use', () => {
  it.each([
    ['gives the kept one while it has five minutes', 8 * hours - 5 * minutes, 0],
    ['refreshes one that ends before', 8 * hours - 5 * minutes + 1, 1],
  ])('%s', async (_, passed, refreshes) => {
    world.providers.github.expires = true;
    await connect();
    await world.pass(passed);
    const { accessToken } = await world.run(access());
    expect(world.providers.github.isGood(accessToken)).toBe(true);
    expect(world.providers.github.calls.refresh).toBe(refreshes);
  });

  it('spends one token however many ask at once, in however many processes', async () => {
    await connectAndExpire();
    world.providers.github.interrupt('refresh', () => world.time.sleep(2 * seconds));
    const askers = Array.from({ length: 12 }, (_, index) => access(index % 2 ? world.keeper : world.keeperWith({})));
    const answers = await world.run(Promise.all(askers));
    expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(world.providers.github.isGood(answers[0]?.accessToken)).toBe(true);
    expect(world.providers.github.calls.refresh).toBe(1);
  });

  it('gives each user their own, when both refresh at once', async () => {
    await connectAndExpire(alice, privately);
    await connectAndExpire(bob, atWork);
    await world.pass(8 * hours);
    world.providers.github.interrupt('refresh', () => world.time.sleep(seconds));
    const [hers, his] = await world.run(
      Promise.all([access(world.keeper, github, alice), access(world.keeper, github, bob)]),
    );
    expect(hers?.accessToken).toMatch(privately.id);
    expect(his?.accessToken).toMatch(atWork.id);
  });

  it('moves on when the provider last gave a token', async () => {
    await connectAndExpire();
    await world.run(access());
    expect((await world.keeper.find(alice, github))?.refreshedAt).toStrictEqual(world.time.clock());
  });

  it('refreshes again and again with what each refresh left', async () => {
    await connectAndExpire();
    for (let round = 0; round < 3; round += 1) {
      const { accessToken } = await world.run(access());
      expect(world.providers.github.isGood(accessToken)).toBe(true);
      await world.pass(8 * hours);
    }
  });

  it('says once that the grant is over, however many find it out', async () => {
    await connectAndExpire();
    world.providers.github.withdraw(privately.id);
    const outcomes = await outcomesOf(access(), access(), access());
    expect(outcomes).toStrictEqual(Array.from({ length: 3 }, () => 'reauthorization_required'));
    expect(told()).toStrictEqual(['module.connected', 'module.reauthorization_required']);
    expect(await world.keeper.find(alice, github)).toMatchObject({ problem: 'grant_revoked' });
  });

  it('says that the grant is over where a token has ended and there was never another to be had', async () => {
    await connectAndExpire();
    const connection = await world.parts.connections.find(alice, github.name);
    if (!connection) throw new Error('not connected');
    const { userId, module, version } = connection;
    const tokens = { accessToken: 'access', accessTokenExpiresAt: world.time.clock() };
    const tokenVersion = 7;
    const sealed = await world.parts.vault.seal(tokens, { kind: 'connection', userId, module, tokenVersion });
    await world.parts.connections.put({ ...connection, sealed, tokenVersion }, version);
    expect(await outcomesOf(access())).toStrictEqual(['reauthorization_required']);
  });
});

const tooMany = new ProviderFailure('later', 'too many requests', { retryAfterSeconds: 30 });
const failing = (failure: ProviderFailure | 'later') => {
  world.providers.github.failNext('refresh', failure);
  return world.keeper;
};
const busy = () => failing(tooMany);
const away = () => failing('later');
const withoutKey = () => ({ ...world.parts.vault, currentKeyId: tableIsAway });

describe('a refresh that does not come to its end', () => {
  beforeEach(() => connectAndExpire());

  it('of a process that died before it asked delays the next one for as long as its lease', async () => {
    const connection = await world.parts.connections.find(alice, github.name);
    if (!connection) throw new Error('not connected');
    const until = new Date(world.time.clock().getTime() + 12 * seconds);
    await world.parts.connections.takeRefreshLease(connection, { leaseId: 'dead', until }, world.time.clock());

    const before = world.time.now();
    expect(await outcomesOf(access())).toStrictEqual(['temporarily_unavailable']);
    expect(world.time.now() - before).toBeLessThanOrEqual(6 * seconds);
    await world.pass(6 * seconds);
    expect(world.providers.github.isGood((await world.run(access())).accessToken)).toBe(true);
  });

  it('of a process that died with the answer costs the connection, by its own name, told once', async () => {
    const dying = world.keeperWith({
      connections: { ...world.parts.connections, leaveTokens: () => new Promise<never>(() => undefined) },
    });
    access(dying).catch(() => undefined);
    await world.pass(12 * seconds);
    expect(await outcomesOf(access(), access())).toStrictEqual([
      'reauthorization_required',
      'reauthorization_required',
    ]);
    expect(await world.keeper.find(alice, github)).toMatchObject({ problem: 'refresh_interrupted' });
    expect(told()).toStrictEqual(['module.connected', 'module.reauthorization_required']);
  });

  it.each([
    ['at once', () => access()],
    ['after the provider was busy', () => access(busy())],
    ['after it was away', () => access(away())],
    ['after we could not have sealed its answer', () => access(world.keeperWith({ vault: withoutKey() }))],
  ])('whose answer was lost on the way has the same name, found out %s', async (_, findOut) => {
    world.providers.github.loseAnswer('refresh');
    expect(await outcomesOf(access())).toStrictEqual(['temporarily_unavailable']);
    await world.pass(12 * seconds);
    await outcomesOf(findOut());
    await world.pass(12 * seconds);
    expect(await outcomesOf(access())).toStrictEqual(['reauthorization_required']);
    expect(await world.keeper.find(alice, github)).toMatchObject({ problem: 'refresh_interrupted' });
  });

  it('for a moment’s trouble of the table is written when that is over, and the provider is not asked again', async () => {
    let failures = 3;
    const { connections } = world.parts;
    const leaveTokens: typeof connections.leaveTokens = (...write) =>
      (failures -= 1) >= 0 ? tableIsAway() : connections.leaveTokens(...write);
    const { accessToken } = await world.run(access(world.keeperWith({ connections: { ...connections, leaveTokens } })));
    expect(world.providers.github.calls.refresh).toBe(1);
    expect(world.providers.github.isGood(accessToken)).toBe(true);
    expect(await world.run(access())).toMatchObject({ accessToken });
  });

  it('for a table that stays away gives nothing out: what is not kept is not used', async () => {
    const connections = { ...world.parts.connections, leaveTokens: tableIsAway };
    expect(await outcomesOf(access(world.keeperWith({ connections })))).toStrictEqual(['temporarily_unavailable']);
    expect(log.fieldsOf('module.tokens_not_kept')).toStrictEqual([{ userId: alice, module: 'github' }]);
  });

  it('but was written, with the table’s answer lost, is as good as any other', async () => {
    const { connections } = world.parts;
    let isFirst = true;
    const leaveTokens: typeof connections.leaveTokens = async (...write) => {
      const isLeft = await connections.leaveTokens(...write);
      if (!isFirst) return isLeft;
      isFirst = false;
      return tableIsAway();
    };
    const { accessToken } = await world.run(access(world.keeperWith({ connections: { ...connections, leaveTokens } })));
    expect(world.providers.github.isGood(accessToken)).toBe(true);
    expect(await world.run(access())).toMatchObject({ accessToken });
  });

  it('asks the provider nothing while its answer could not be sealed, and holds nobody up', async () => {
    const keeper = world.keeperWith({ vault: withoutKey() });
    expect(await outcomesOf(access(keeper))).toStrictEqual(['temporarily_unavailable']);
    expect(world.providers.github.calls.refresh).toBe(0);
    const before = world.time.now();
    expect(await outcomesOf(access())).toStrictEqual(['fulfilled']);
    expect(world.time.now()).toBe(before);
  });

  it('keeps the refresh token that it had where the answer brings none', async () => {
    const { github: provider, google } = world.providers;
    const tokens = { accessToken: 'access', accessTokenExpiresAt: world.time.clock() };
    const refresh = () => Promise.resolve({ tokens, scopes: undefined });
    await world.run(access(world.keeperWith({ providers: { google, github: { ...provider, refresh } } })));
    expect(provider.isGood((await world.run(access())).accessToken)).toBe(true);
  });

  it('holds nobody up where the provider said that it did nothing', async () => {
    world.providers.github.failNext('refresh', tooMany, 'misconfigured');
    await expect(world.run(access())).rejects.toMatchObject({ retryAfterSeconds: 30 });
    expect(await outcomesOf(access())).toStrictEqual(['temporarily_unavailable']);
    expect(await outcomesOf(access())).toStrictEqual(['fulfilled']);
  });

  it('is the operator’s business where the provider refuses our client, and no user’s', async () => {
    world.providers.github.failNext(
      'refresh',
      new ProviderFailure('misconfigured', 'refused', { reason: 'invalid_client' }),
    );
    expect(await outcomesOf(access())).toStrictEqual(['temporarily_unavailable']);
    expect(log.lines.find(({ event }) => event === 'provider.misconfigured')).toMatchObject({
      level: 'error',
      fields: { provider: 'github', reason: 'invalid_client' },
    });
    expect(await world.keeper.find(alice, github)).toMatchObject({ status: 'connected' });
  });

  it('of a process that froze past its lease ends with what its successor found', async () => {
    world.providers.github.interrupt('refresh', () => world.time.sleep(20 * seconds));
    const frozen = access();
    const successor = world.time.sleep(13 * seconds).then(() => access());
    expect(await outcomesOf(frozen, successor)).toStrictEqual(['temporarily_unavailable', 'reauthorization_required']);
    expect(await world.keeper.find(alice, github)).toMatchObject({ problem: 'refresh_interrupted' });
    expect(told().filter((name) => name === 'module.reauthorization_required')).toHaveLength(1);
    expect(world.providers.github.grantsOf(privately.id)).toBe(0);
  });

  it('because the user disconnects leaves nothing at the provider', async () => {
    world.providers.github.interrupt('refresh', () => world.keeper.disconnect(alice, github, log));
    expect(await outcomesOf(access())).toStrictEqual(['module_not_connected']);
    expect(world.providers.github.grantsOf(privately.id)).toBe(0);
    expect(await world.keeper.list(alice)).toStrictEqual([]);
  });

  it('because the user connects anew gives what is connected then, and leaves nothing else at the provider', async () => {
    const anew = grantOf(world.providers, alice, github, atWork);
    world.providers.github.interrupt('refresh', () => world.keeper.keep(anew, log));
    const { accessToken } = await world.run(access());
    expect(accessToken).toBe(anew.grant.tokens.accessToken);
    expect(world.providers.github.isGood(accessToken)).toBe(true);
    expect(world.providers.github.grantsOf(privately.id)).toBe(0);
  });
});

describe('access() where the refresh token is for any number of uses', () => {
  const accessGmail = () => world.run(access(world.keeper, gmail));

  it('asks for an access token each time, and keeps none', async () => {
    await connect(gmail);
    const [one, other] = [await accessGmail(), await accessGmail()];
    expect(one.accessToken).not.toBe(other.accessToken);
    expect(one.expiresAt).toStrictEqual(new Date(world.time.clock().getTime() + hours));
    const connection = await world.parts.connections.find(alice, gmail.name);
    if (!connection) throw new Error('not connected');
    const { sealed, userId, module, tokenVersion } = connection;
    const tokens = await world.parts.vault.open(sealed, { kind: 'connection', userId, module, tokenVersion });
    expect(Object.keys(tokens)).toStrictEqual(['refreshToken']);
  });

  it('lets nobody wait for another', async () => {
    await connect(gmail);
    world.providers.google.interrupt('refresh', () => world.time.sleep(4 * seconds));
    const slow = access(world.keeper, gmail);
    const before = world.time.now();
    const quick = access(world.keeper, gmail).then(() => world.time.now() - before);
    const [, waited] = await world.run(Promise.all([slow, quick]));
    expect(waited).toBe(0);
  });

  it('notes its use once an hour, so that a token each second costs no write', async () => {
    await connect(gmail);
    const { connectedAt } = (await world.keeper.find(alice, gmail)) ?? {};
    await world.pass(hours - 1);
    await accessGmail();
    expect((await world.keeper.find(alice, gmail))?.refreshedAt).toStrictEqual(connectedAt);
    await world.pass(1);
    await accessGmail();
    expect((await world.keeper.find(alice, gmail))?.refreshedAt).toStrictEqual(world.time.clock());
  });

  it('gives a token although its use cannot be noted', async () => {
    await connect(gmail);
    await world.pass(hours);
    const connections = { ...world.parts.connections, takeRefreshLease: tableIsAway };
    expect(await outcomesOf(access(world.keeperWith({ connections }), gmail))).toStrictEqual(['fulfilled']);
    expect(log.fieldsOf('module.use_not_noted')).toHaveLength(1);
  });

  it('keeps a new refresh token before it uses what came with it', async () => {
    await connect(gmail);
    world.providers.google.rotateNext();
    await accessGmail();
    expect(world.providers.google.isGood((await accessGmail()).accessToken)).toBe(true);
  });

  it('gives nothing out where a new refresh token cannot be kept', async () => {
    await connect(gmail);
    world.providers.google.rotateNext();
    const connections = { ...world.parts.connections, leaveTokens: tableIsAway };
    expect(await outcomesOf(access(world.keeperWith({ connections }), gmail))).toStrictEqual([
      'temporarily_unavailable',
    ]);
  });

  it('puts no new refresh token of one account in the place of another one’s', async () => {
    await connect(gmail);
    const anew = grantOf(world.providers, alice, gmail, atWork);
    world.providers.google.rotateNext();
    world.providers.google.interrupt('refresh', () => world.keeper.keep(anew, log));
    for (const { accessToken } of [await accessGmail(), await accessGmail()]) expect(accessToken).toContain(atWork.id);
  });

  it('does not call off what the user connected while the refusal was on its way', async () => {
    await connect(gmail);
    world.providers.google.withdraw(privately.id);
    const { connections } = world.parts;
    let isFirst = true;
    const requireReauthorization: typeof connections.requireReauthorization = async (...write) => {
      if (isFirst) await world.keeper.keep(grantOf(world.providers, alice, gmail), log);
      isFirst = false;
      return connections.requireReauthorization(...write);
    };
    const keeper = world.keeperWith({ connections: { ...connections, requireReauthorization } });
    expect(await outcomesOf(access(keeper, gmail))).toStrictEqual(['fulfilled']);
    expect(told()).toStrictEqual(['module.connected', 'module.connected']);
  });
});

describe('replaceAccess()', () => {
  it('gives what another request has got meanwhile', async () => {
    await connectAndExpire();
    const refused = `access-github-${privately.id}-1`;
    const { accessToken } = await world.run(access());
    expect(await world.run(world.keeper.replaceAccess(alice, github, refused, log))).toMatchObject({ accessToken });
    expect(world.providers.github.calls.refresh).toBe(1);
  });

  it('refreshes one that has not ended by the clock', async () => {
    world.providers.github.expires = true;
    await connect();
    const { accessToken: refused } = await world.run(access());
    const { accessToken } = await world.run(world.keeper.replaceAccess(alice, github, refused, log));
    expect([accessToken === refused, world.providers.github.isGood(accessToken)]).toStrictEqual([false, true]);
  });
});

describe('renew()', () => {
  const renew = (module = github) => world.keeper.renew(alice, module, log);
  const refreshedAt = async (module = github) => (await world.keeper.find(alice, module))?.refreshedAt;

  it.each([
    ['a refresh at Google', gmail, false, { account: 0, refresh: 1 }],
    ['a refresh where GitHub’s tokens end, although this one has not', github, true, { account: 0, refresh: 1 }],
    ['a question where they do not', github, false, { account: 1, refresh: 0 }],
  ])('uses a connection by %s', async (_, module, expires, calls) => {
    world.providers.github.expires = expires;
    await connect(module);
    await world.pass(2 * hours);
    await world.run(renew(module));
    expect(world.providers[module.provider].calls).toMatchObject(calls);
    expect(await refreshedAt(module)).toStrictEqual(world.time.clock());
    expect(world.providers[module.provider].isGood((await world.run(access(world.keeper, module))).accessToken)).toBe(
      true,
    );
  });

  it.each([gmail, github])('finds out that a grant is over ($name)', async (module) => {
    await connect(module);
    world.providers[module.provider].withdraw(privately.id);
    expect(await outcomesOf(renew(module))).toStrictEqual(['reauthorization_required']);
    expect(told()).toStrictEqual(['module.connected', 'module.reauthorization_required']);
  });

  it('leaves a connection alone whose provider does not answer', async () => {
    await connect();
    world.providers.github.failNext('account', 'later');
    expect(await outcomesOf(renew())).toStrictEqual(['temporarily_unavailable']);
    expect(await world.keeper.find(alice, github)).toMatchObject({ status: 'connected' });
  });
});
