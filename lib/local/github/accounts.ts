/** The people who have a GitHub account here, and their repositories. */

export interface Repository {
  readonly id: number;
  readonly name: string;
  readonly isPrivate: boolean;
}

export interface Account {
  /** Stable, unlike login and address. */
  readonly id: number;
  readonly login: string;
  /** The primary one, verified. */
  readonly email: string;
  readonly name: string;
  readonly repositories: Repository[];
}

export class Accounts {
  readonly #all: Account[] = [
    account(1001, 'alice-archer', 'alice@example.com', 'Alice Archer', ['notes', 'website', 'secret-plans']),
    // More than fit on a page of 100.
    account(1002, 'bob-baker', 'bob@example.com', 'Bob Baker', numbered('recipe', 130)),
    account(1003, 'alice-private', 'alice.private@gmail.com', 'Alice Archer', ['garden']),
  ];

  all(): readonly Account[] {
    return this.#all;
  }

  /** By login or e-mail address, as `login` in an authorization request may be either. */
  find(name: string): Account | undefined {
    const wanted = name.trim().toLowerCase();
    return this.#all.find(({ login, email }) => login === wanted || email === wanted);
  }

  /** @throws Error when there is none. */
  require(name: string): Account {
    const found = this.find(name);
    if (found === undefined) throw new Error(`the local GitHub knows no ${name}`);
    return found;
  }
}

/** Every second repository is private, beginning with the last. */
function account(id: number, login: string, email: string, name: string, names: readonly string[]): Account {
  const repositories = names.map((each, index) => ({
    id: id * 1000 + index,
    name: each,
    isPrivate: (names.length - 1 - index) % 2 === 0,
  }));
  return { id, login, email, name, repositories };
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${String(index + 1).padStart(3, '0')}`);
}
