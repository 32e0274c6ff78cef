/** Threat 19: accounts at providers that are told apart by their addresses (GHSA-g38m-r43w-p2q7, GHSA-7rqj-j65f-68wh, GHSA-c5c4-8r6x-56w3). */
import { beforeEach, describe, expect, it } from 'vitest';
import type { ProviderAccount } from '../../functions/shared/domain/provider.ts';
import {
  aliceOnTheWeb,
  bobOnTheWeb,
  type Browser,
  type ConnectUnderTest,
  endOf,
  startConnect,
} from '../support/connect-under-test.ts';

let world: ConnectUnderTest;
let alice: Browser;
let bob: Browser;
beforeEach(() => {
  // Here a user may take any account of theirs: nothing but its id says whose it is.
  world = startConnect({ via: 'direct' });
  alice = world.browser('alice');
  bob = world.browser('bob');
});

async function connect(browser: Browser, account: ProviderAccount) {
  await browser.connect();
  return endOf(await browser.comeBack({ code: world.keeping.providers.google.code(account, ['mail']) }));
}

const accountOf = async ({ userId }: typeof aliceOnTheWeb) =>
  (await world.keeping.keeper.find(userId, world.modules.gmail))?.account;

const connected = { connected: 'gmail' };
const taken = { connect_error: 'account_taken' };

describe('an account at a provider', () => {
  it('is one user’s here: another is refused it, and keeps what they had', async () => {
    expect(await connect(alice, { id: '1001', address: 'alice@example.com' })).toStrictEqual(connected);
    expect(await connect(bob, { id: '1002', address: 'bob@example.com' })).toStrictEqual(connected);
    expect(await connect(bob, { id: '1001', address: 'alice@example.com' })).toStrictEqual(taken);
    expect([(await accountOf(aliceOnTheWeb))?.id, (await accountOf(bobOnTheWeb))?.id]).toStrictEqual(['1001', '1002']);
  });

  it.each([
    ['has another address by now', 'alice.archer@example.com'],
    ['says that it has the other user’s address', 'bob@example.com'],
    ['writes its address in other letters', 'ALICE@EXAMPLE.COM'],
    ['writes it in letters that look the same', 'аlice@example.com'],
    ['has more than one @ in it', 'bob@example.com@example.com'],
    ['has none', ''],
  ])('stays the same one when it %s', async (_, address) => {
    await connect(alice, { id: '1001', address: 'alice@example.com' });
    expect(await connect(bob, { id: '1001', address })).toStrictEqual(taken);
    expect(await connect(alice, { id: '1001', address })).toStrictEqual(connected);
    expect(await accountOf(aliceOnTheWeb)).toStrictEqual({ id: '1001', address });
  });

  it('is another one when only its address is the same: who has it from someone else gets nothing of theirs', async () => {
    await connect(alice, { id: '1001', address: 'shared@example.com' });
    expect(await connect(bob, { id: '1002', address: 'shared@example.com' })).toStrictEqual(connected);
    expect([(await accountOf(aliceOnTheWeb))?.id, (await accountOf(bobOnTheWeb))?.id]).toStrictEqual(['1001', '1002']);
  });

  it('of one provider is not that of another, whatever their ids', async () => {
    await connect(alice, { id: '1001', address: 'alice@example.com' });
    await bob.connect('', { module: world.modules.github });
    const code = world.keeping.providers.github.code({ id: '1001', address: 'bob' }, ['repo']);
    expect(endOf(await bob.comeBack({ code }, world.modules.github))).toStrictEqual({ connected: 'github' });
  });

  it('goes to one of two users who connect it at once', async () => {
    const account = { id: '1001', address: 'alice@example.com' };
    const ends = await Promise.all([connect(alice, account), connect(bob, account)]);
    expect(ends.filter((end) => 'connected' in end).length).toBeLessThanOrEqual(1);
    expect(ends.filter((end) => end['connect_error'] === 'account_taken').length).toBeGreaterThanOrEqual(1);
  });

  it('is free for another user once it was let go', async () => {
    const account = { id: '1001', address: 'alice@example.com' };
    await connect(alice, account);
    expect(await connect(alice, { id: '1003', address: 'alice@work.example' })).toStrictEqual(connected);
    expect(await connect(bob, account)).toStrictEqual(connected);
  });
});
