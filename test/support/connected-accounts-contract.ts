/** What every store of connected accounts has to do, whatever it is made of. */
import { describe, expect, it } from 'vitest';
import type { ConnectedAccounts } from '../../functions/shared/domain/connected-accounts.ts';

let count = 0;

function someAccount() {
  count += 1;
  return { provider: 'google', accountId: `account_${count}` } as const;
}

const alice = { userId: 'usr_alice', module: 'gmail' };
const bob = { userId: 'usr_bob', module: 'gmail' };

export function describeConnectedAccounts(name: string, start: () => ConnectedAccounts): void {
  describe(`connected accounts, in ${name}`, () => {
    it('belong to the first user who claims them', async () => {
      const [store, account] = [start(), someAccount()];
      expect(await store.claim(account, alice)).toBe('usr_alice');
      expect(await store.claim(account, alice)).toBe('usr_alice');
      expect(await store.claim(account, bob)).toBe('usr_alice');
    });

    it('are told apart by provider', async () => {
      const [store, account] = [start(), someAccount()];
      await store.claim(account, alice);
      expect(await store.claim({ ...account, provider: 'github' }, bob)).toBe('usr_bob');
    });

    it('belong to one of twenty who claim them together', async () => {
      const [store, account] = [start(), someAccount()];
      const users = Array.from({ length: 20 }, (_, index) => ({ userId: `usr_${index}`, module: 'gmail' }));
      const owners = await Promise.all(users.map((user) => store.claim(account, user)));
      expect(new Set(owners).size).toBe(1);
    });

    it('are free again when the last module lets go of them', async () => {
      const [store, account] = [start(), someAccount()];
      const calendar = { ...alice, module: 'google-calendar' };
      await store.claim(account, alice);
      await store.claim(account, calendar);
      await store.release(account, bob);
      await store.release(account, alice);
      await store.release(account, alice);
      expect(await store.claim(account, bob)).toBe('usr_alice');
      await store.release(account, calendar);
      expect(await store.claim(account, bob)).toBe('usr_bob');
    });

    it('are taken over from an owner who is gone, and from that one only', async () => {
      const [store, account] = [start(), someAccount()];
      await store.claim(account, alice);
      expect(await store.claim(account, bob, 'usr_somebody')).toBe('usr_alice');
      expect(await store.claim(account, bob, 'usr_alice')).toBe('usr_bob');
      await store.release(account, bob);
      expect(await store.claim(account, alice)).toBe('usr_alice');
    });
  });
}
