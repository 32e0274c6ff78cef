/** `GET /github/repos` as a function of its dependencies. */
import { describe, expect, it } from 'vitest';
import { githubRepos } from '../../functions/github-repos/github-repos.ts';
import { ProviderFailure } from '../../functions/shared/domain/provider.ts';
import type { Repositories } from '../../functions/shared/domain/repositories.ts';
import { jsonError } from '../../functions/shared/http/errors.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';
import { collectLog } from '../support/collected-log.ts';
import { aliceSession } from '../support/memory-web-sessions.ts';
import { github, gmail, grantOf } from '../support/module-keeper-contract.ts';
import { vaultKeeperUnderTest } from '../support/vault-keeper-under-test.ts';

const repository = { id: 1, fullName: 'a/b', private: true, url: 'https://github.com/a/b', defaultBranch: 'main' };

function start(
  list: Repositories['list'] = (_token, page) => Promise.resolve({ repositories: [repository], hasMore: page < 3 }),
) {
  const world = vaultKeeperUnderTest();
  const calls: (readonly [string, number])[] = [];
  const repositories: Repositories = {
    list: (token, page) => {
      calls.push([token, page]);
      return list(token, page);
    },
  };
  const endpoint = githubRepos({ keeper: world.keeper, repositories, modules: [gmail, github] });
  return {
    world,
    calls,
    connect: () => world.run(world.keeper.keep(grantOf(world.providers, aliceSession.userId, github), collectLog())),
    ask: (query = '') =>
      world.run(
        askEndpoint((request, exchange) => endpoint(request, aliceSession, exchange), `/github/repos${query}`, {
          errors: jsonError,
        }),
      ),
  };
}
const errorOf = ({ body }: { readonly body: string }): unknown => (JSON.parse(body) as { error: unknown }).error;

describe('GET /github/repos', () => {
  it('lists repositories, with a cursor while there are more', async () => {
    const { ask, connect, calls } = start();
    await connect();
    const first = await ask();
    expect(first.status).toBe(200);
    expect(JSON.parse(first.body)).toEqual({ repositories: [repository], nextCursor: '2' });
    expect(JSON.parse((await ask('?cursor=3')).body)).toMatchObject({ nextCursor: null });
    expect(calls.map(([, page]) => page)).toEqual([1, 3]);
  });

  it.each(['?cursor=0', '?cursor=-1', '?cursor=1e3', '?cursor=9999', '?cursor=2&cursor=3', '?cursor='])(
    'refuses %s, and asks nobody',
    async (query) => {
      const { ask, connect, calls } = start();
      await connect();
      const answer = await ask(query);
      expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid_request']);
      expect(calls).toEqual([]);
    },
  );

  it('says that nothing is connected', async () => {
    const answer = await start().ask();
    expect([answer.status, errorOf(answer)]).toEqual([409, 'module_not_connected']);
  });

  it('says that the user has to connect again when GitHub takes the token no more, and asks no third time', async () => {
    const { ask, connect, calls } = start(() => Promise.reject(new ProviderFailure('refused', 'GitHub: 401')));
    await connect();
    const answer = await ask();
    expect([answer.status, errorOf(answer)]).toEqual([409, 'reauthorization_required']);
    expect(calls.length).toBeLessThanOrEqual(2);
    expect(errorOf(await ask())).toBe('reauthorization_required');
  });

  it('passes on how long GitHub wants to be left alone, and keeps the connection', async () => {
    const { ask, connect, world } = start(() =>
      Promise.reject(new ProviderFailure('later', 'GitHub: 403', { retryAfterSeconds: 90 })),
    );
    await connect();
    const answer = await ask();
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '90']);
    expect(await world.keeper.find(aliceSession.userId, github)).toMatchObject({ status: 'connected' });
  });
});
