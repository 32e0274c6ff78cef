/** The endpoints of `/modules` as functions of their dependencies. */
import { beforeEach, describe, expect, it } from 'vitest';
import { modulesDisconnect } from '../../functions/modules-disconnect/modules-disconnect.ts';
import { modules } from '../../functions/modules/modules.ts';
import type { Session } from '../../functions/shared/domain/web-sessions.ts';
import { jsonError } from '../../functions/shared/http/errors.ts';
import { protectedEndpoint } from '../../functions/shared/http/protected-endpoint.ts';
import { askEndpoint, type EndpointAnswer } from '../support/ask-endpoint.ts';
import { collectLog } from '../support/collected-log.ts';
import { aliceSession, createMemoryWebSessions } from '../support/memory-web-sessions.ts';
import { github, gmail, grantOf, privately } from '../support/module-keeper-contract.ts';
import { vaultKeeperUnderTest, type VaultKeeperUnderTest } from '../support/vault-keeper-under-test.ts';

const { userId } = aliceSession;
const publicUrl = 'https://auth.example.com';
const impersonated: Session = { ...aliceSession, impersonator: { email: 'admin@example.com', reason: null } };

let world: VaultKeeperUnderTest;
let isStanding: boolean;
beforeEach(() => {
  world = vaultKeeperUnderTest();
  isStanding = true;
});

function protect(endpoint: ReturnType<typeof modules>) {
  const sessions = createMemoryWebSessions({
    alice: { outcome: 'active', session: aliceSession },
    impersonator: { outcome: 'active', session: impersonated },
  });
  const origins = { publicUrl, webOrigins: ['https://app.example.com'] };
  const options = { auth: 'session', sessions, sessionMaxAgeSeconds: 3600, origins } as const;
  return protectedEndpoint({ ...options, isStanding: () => Promise.resolve(isStanding) }, endpoint);
}

const dependencies = () => ({ keeper: world.keeper, modules: [gmail, github] });

async function ask(
  method: 'DELETE' | 'GET',
  path: string,
  seal = 'alice',
  origin = publicUrl,
): Promise<EndpointAnswer> {
  const options = { method, headers: { origin }, cookies: [`wos-session=${seal}`], errors: jsonError };
  return world.run(askEndpoint(protect(modules(dependencies())), path, options));
}

async function post(module: string, seal = 'alice'): Promise<EndpointAnswer> {
  const headers = { origin: 'null', 'sec-fetch-site': 'same-origin' };
  const endpoint = protect(modulesDisconnect(dependencies()));
  return world.run(
    askEndpoint(endpoint, `/modules/${module}/disconnect`, {
      method: 'POST',
      headers,
      cookies: [`wos-session=${seal}`],
    }),
  );
}

const connect = (module = github) =>
  world.run(world.keeper.keep(grantOf(world.providers, userId, module), collectLog()));
const codeOf = ({ body }: EndpointAnswer) => (JSON.parse(body) as { error: string }).error;

const absent = {
  status: 'not_connected',
  account: null,
  scopes: [],
  connectedAt: null,
  lastRefreshedAt: null,
  problem: null,
};

describe('GET /modules', () => {
  it('lists every module that is switched on, connected or not', async () => {
    await connect(github);
    const { status, body } = await ask('GET', '/modules');
    const at = world.time.clock().toISOString();
    expect([status, JSON.parse(body)]).toStrictEqual([
      200,
      {
        modules: [
          { module: 'gmail', ...absent },
          {
            module: 'github',
            status: 'connected',
            account: privately.address,
            scopes: ['repo'],
            connectedAt: at,
            lastRefreshedAt: at,
            problem: null,
          },
        ],
      },
    ]);
  });

  it('names what is wrong with one', async () => {
    await connect(gmail);
    world.providers.google.withdraw(privately.id);
    await world.run(world.keeper.access(userId, gmail, collectLog()).catch(() => undefined));
    expect(JSON.parse((await ask('GET', '/modules')).body)).toMatchObject({
      modules: [{ status: 'reauthorization_required', problem: 'grant_revoked' }, absent],
    });
  });

  it('shows an impersonator what the user has', async () => {
    expect((await ask('GET', '/modules', 'impersonator')).status).toBe(200);
  });

  it('asks neither KMS nor a provider', async () => {
    await connect(gmail);
    world.keys.isAway = true;
    expect((await ask('GET', '/modules')).status).toBe(200);
    expect(world.providers.google.calls.refresh).toBe(0);
  });

  it('refuses a session that was ended', async () => {
    isStanding = false;
    expect(codeOf(await ask('GET', '/modules'))).toBe('unauthenticated');
  });
});

describe('DELETE /modules/{module}', () => {
  it.each([
    [gmail, 'kept'],
    [github, 'done'],
  ])('disconnects $name, and says what became of the grant', async (module, upstream) => {
    await connect(module);
    const { status, headers, body } = await ask('DELETE', `/modules/${module.name}`);
    expect([status, headers['upstream-revocation'], body]).toStrictEqual([204, upstream, '']);
    expect(await world.keeper.list(userId)).toStrictEqual([]);
  });

  it('says what is pending', async () => {
    await connect();
    world.providers.github.failNext('revoke', 'later');
    expect((await ask('DELETE', '/modules/github')).headers['upstream-revocation']).toBe('pending');
  });

  it('claims no revocation of what is not connected, or no more', async () => {
    const answer = await ask('DELETE', '/modules/github');
    expect([answer.status, codeOf(answer)]).toStrictEqual([409, 'module_not_connected']);
    expect(answer.headers).not.toHaveProperty('upstream-revocation');
  });

  it.each(['google-calendar', 'GitHub', '', 'github/', '..', '%67ithub', 'revocation#github#1'])(
    'knows no module %j',
    async (name) => {
      await connect();
      const answer = await ask('DELETE', `/modules/${encodeURI(name)}`);
      expect([answer.status, codeOf(answer)]).toStrictEqual([404, 'not_found']);
      expect(await world.keeper.list(userId)).toHaveLength(1);
    },
  );

  it.each([
    ['an impersonator', 'impersonator', publicUrl, 'impersonated'],
    ['another site', 'alice', 'https://evil.example', 'cross_site'],
  ])('obeys no request of %s', async (_, seal, origin, code) => {
    await connect();
    const answer = await ask('DELETE', '/modules/github', seal, origin);
    expect([answer.status, codeOf(answer)]).toStrictEqual([403, code]);
    expect(await world.keeper.list(userId)).toHaveLength(1);
  });

  it('obeys a script of a listed origin', async () => {
    await connect();
    expect((await ask('DELETE', '/modules/github', 'alice', 'https://app.example.com')).status).toBe(204);
  });
});

describe('POST /modules/{module}/disconnect', () => {
  it('disconnects it and leads back to the account page, also who clicked twice', async () => {
    await connect();
    for (let click = 0; click < 2; click += 1) {
      const { status, location } = await post('github');
      expect([status, location]).toStrictEqual([303, '/dashboard']);
    }
    expect(await world.keeper.list(userId)).toStrictEqual([]);
  });

  it('shows a page that says there is no such module', async () => {
    const { status, body } = await post('unknown');
    expect(status).toBe(404);
    expect(body).toContain('<code>not_found</code>');
  });

  it('obeys no impersonator', async () => {
    await connect();
    expect((await post('github', 'impersonator')).status).toBe(403);
    expect(await world.keeper.list(userId)).toHaveLength(1);
  });
});
