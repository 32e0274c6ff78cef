/** What other backends invoke for an access token, as a function of its dependencies. */
import { describe, expect, it } from 'vitest';
import { moduleAccessToken } from '../../functions/module-access-token/module-access-token.ts';
import { collectLog } from '../support/collected-log.ts';
import { aliceSession } from '../support/memory-web-sessions.ts';
import { github, gmail, grantOf } from '../support/module-keeper-contract.ts';
import { vaultKeeperUnderTest } from '../support/vault-keeper-under-test.ts';

const { userId } = aliceSession;

function start({ isBarred = false } = {}) {
  const world = vaultKeeperUnderTest();
  const log = collectLog();
  const users = { isBarred: () => Promise.resolve(isBarred) };
  const answer = moduleAccessToken({ keeper: world.keeper, users, modules: [gmail, github] });
  const connect = (module = gmail) => world.run(world.keeper.keep(grantOf(world.providers, userId, module), log));
  return { world, log, connect, ask: (event: unknown) => world.run(answer(event, log)) };
}

describe('module-access-token', () => {
  it('gives an access token, its end and its scopes', async () => {
    const { ask, connect, world } = start();
    await connect();
    const answer = await ask({ userId, module: 'gmail' });
    if ('error' in answer) throw new Error(answer.error);
    expect(world.providers.google.isGood(answer.accessToken)).toBe(true);
    expect(answer.scopes).toEqual(gmail.scopes);
    expect(Date.parse(answer.expiresAt ?? '')).toBeGreaterThan(world.time.clock().getTime() + 300_000);
  });

  it('says null of a token that does not expire', async () => {
    const { ask, connect } = start();
    await connect(github);
    expect(await ask({ userId, module: 'github' })).toMatchObject({ expiresAt: null });
  });

  it.each([undefined, null, {}, { userId }, { userId: 'alice', module: 'gmail' }, { userId, module: 7 }, 'gmail'])(
    'names what is wrong with %j',
    async (event) => {
      expect(await start().ask(event)).toMatchObject({ error: 'invalid_request' });
    },
  );

  it('names what stands in the way', async () => {
    const { ask, connect, world } = start();
    expect(await ask({ userId, module: 'gmail' })).toMatchObject({ error: 'module_not_connected' });
    expect(await ask({ userId, module: 'google-photos' })).toMatchObject({ error: 'not_found' });
    await connect();
    world.providers.google.failNext('refresh', 'later');
    expect(await ask({ userId, module: 'gmail' })).toMatchObject({ error: 'temporarily_unavailable' });
    world.providers.google.failNext('refresh', 'refused');
    expect(await ask({ userId, module: 'gmail' })).toMatchObject({ error: 'reauthorization_required' });
  });

  it('gives nothing of a user who is disabled or gone', async () => {
    const { ask, connect } = start({ isBarred: true });
    await connect();
    expect(await ask({ userId, module: 'gmail' })).toMatchObject({ error: 'module_not_connected' });
  });

  it('logs who was asked for, and no token', async () => {
    const { ask, connect, log } = start();
    await connect();
    const answer = await ask({ userId, module: 'gmail' });
    const token = 'accessToken' in answer ? answer.accessToken : 'none';
    expect(log.lines.at(-1)).toMatchObject({ event: 'module.access_given', fields: { userId, module: 'gmail' } });
    expect(JSON.stringify(log.lines)).not.toContain(token);
  });
});
