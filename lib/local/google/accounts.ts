/** The people who have a Google account here. */

export interface Account {
  /** Stable, unlike the address: 21 digits, as Google's are. */
  readonly sub: string;
  readonly email: string;
  readonly name: string;
}

export const seededAccounts: readonly Account[] = [
  { sub: '100000000000000000001', email: 'alice@example.com', name: 'Alice Archer' },
  { sub: '100000000000000000002', email: 'bob@example.com', name: 'Bob Baker' },
  { sub: '100000000000000000003', email: 'alice.private@gmail.com', name: 'Alice Archer' },
];

export class Accounts {
  readonly #all: Account[] = [...seededAccounts];

  all(): readonly Account[] {
    return this.#all;
  }

  find(email: string): Account | undefined {
    const wanted = email.trim().toLowerCase();
    return this.#all.find((account) => account.email.toLowerCase() === wanted);
  }

  /** @throws Error when there is none. */
  require(email: string): Account {
    const account = this.find(email);
    if (account === undefined) throw new Error(`the local Google knows no ${email}`);
    return account;
  }

  add(email: string): Account {
    const sub = String(100_000_000_000_000_000_001n + BigInt(this.#all.length));
    const account = { sub, email, name: email.split('@')[0] ?? email };
    this.#all.push(account);
    return account;
  }
}
