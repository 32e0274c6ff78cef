/**
 * Threat 20: fewer scopes than asked, no refresh token, more than asked. That a sign-in with the provider takes nothing's place is
 * in test/flows/connect.test.ts.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { ProviderGrant } from '../../functions/shared/domain/provider.ts';
import { collectLog } from '../support/collected-log.ts';
import {
  aliceOnTheWeb,
  type Browser,
  type ConnectUnderTest,
  endOf,
  grantFrom,
  startConnect,
} from '../support/connect-under-test.ts';

let world: ConnectUnderTest;
let browser: Browser;
beforeEach(() => {
  world = startConnect();
  browser = world.browser('alice');
});

async function connect(changes: Partial<ProviderGrant> = {}) {
  const code = world.consentAtWorkos({ grant: { ...grantFrom(world.keeping, world.modules.gmail), ...changes } });
  await browser.connect();
  return endOf(await browser.comeBack({ code }));
}

/** Alice's access, as a backend of ours would ask for it. */
const access = async () => {
  const { keeper } = world.keeping;
  return world.keeping.run(keeper.access(aliceOnTheWeb.userId, world.modules.gmail, collectLog()));
};

const scopeMissing = { connect_error: 'scope_missing' };
const onlyAccess = { tokens: { accessToken: 'access-alone' } };

describe('a consent', () => {
  it.each([
    ['no scope', []],
    ['the identity alone', ['openid', 'email']],
    ['a part of the name', ['mai']],
    ['the name in another spelling', ['MAIL', ' mail']],
    ['both in one', ['openid mail']],
  ])('with %s connects nothing', async (_, scopes) => {
    expect(await connect({ scopes })).toStrictEqual(scopeMissing);
    expect(await world.statusOf(aliceOnTheWeb)).toBe('not_connected');
    expect(world.keeping.events.published).toStrictEqual([]);
  });

  it('without a refresh token connects nothing that would end within the hour', async () => {
    expect(await connect(onlyAccess)).toStrictEqual({ connect_error: 'no_refresh_token' });
    expect(await world.statusOf(aliceOnTheWeb)).toBe('not_connected');
  });

  it.each([
    ['fewer scopes', { scopes: [] }],
    ['no refresh token', onlyAccess],
  ])('with %s leaves an earlier connection as it was', async (_, changes) => {
    await connect();
    const before = await world.keeping.parts.connections.find(aliceOnTheWeb.userId, 'gmail');
    await connect(changes);
    expect(await world.keeping.parts.connections.find(aliceOnTheWeb.userId, 'gmail')).toStrictEqual(before);
    expect(await access()).toMatchObject({ scopes: ['mail'] });
  });

  it('with more than was asked for is shown as what it is', async () => {
    await connect({ scopes: ['openid', 'mail', 'calendar'] });
    expect(await access()).toMatchObject({ scopes: ['openid', 'mail', 'calendar'] });
  });

  it('asks for what the module needs and for who it is, whatever the address says', async () => {
    await browser.connect(
      '?scope=everything&provider_scopes=everything&include_granted_scopes=true&provider=AppleOAuth',
    );
    expect(world.authorizations[0]).toMatchObject({
      provider: 'GoogleOAuth',
      providerScopes: ['openid', 'email', 'mail'],
      providerParameters: { access_type: 'offline', prompt: 'consent' },
    });
  });
});
