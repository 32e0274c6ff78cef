/** The emulator's users, organizations and memberships, kept in memory so that no sign-in or refresh asks it. */
import * as v from 'valibot';
import type { Emulator } from './emulator.ts';
import { seededPermissions } from './seed.ts';

const User = v.looseObject({
  id: v.string(),
  email: v.string(),
  first_name: v.nullable(v.string()),
  last_name: v.nullable(v.string()),
});
const Organization = v.object({ id: v.string(), name: v.string() });
const Connection = v.object({ id: v.string(), organization_id: v.string(), state: v.string() });
const Membership = v.object({
  user_id: v.string(),
  organization_id: v.string(),
  role: v.object({ slug: v.string() }),
  status: v.string(),
});
const Page = v.object({ data: v.array(v.unknown()), list_metadata: v.object({ after: v.nullable(v.string()) }) });

/** A user in WorkOS's wire form. */
export type User = v.InferOutput<typeof User>;
export type Organization = v.InferOutput<typeof Organization>;
export type Connection = v.InferOutput<typeof Connection>;
export type Membership = v.InferOutput<typeof Membership>;

/** Fields of a user that the emulator cannot hold or that a test changes, in wire form. */
export type UserChanges = Readonly<Record<string, unknown>>;

interface Contents {
  readonly users: readonly User[];
  readonly organizations: readonly Organization[];
  readonly connections: readonly Connection[];
  /** Active ones, oldest first. */
  readonly memberships: readonly Membership[];
}

export class Directory {
  readonly #emulator: Emulator;
  readonly #changes = new Map<string, UserChanges>();
  readonly #permissions = new Map(Object.entries(seededPermissions));
  #contents: Promise<Contents> | undefined;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /** To be called after every write to the emulator: the next reader reads anew. */
  forget(): void {
    this.#contents = undefined;
  }

  async users(): Promise<readonly User[]> {
    const { users } = await this.#read();
    return users.map((user) => this.withChanges(user));
  }

  async userById(id: string): Promise<User | undefined> {
    return (await this.users()).find((user) => user.id === id);
  }

  /** E-mail addresses are one regardless of case, as at WorkOS. */
  async userByEmail(email: string): Promise<User | undefined> {
    const wanted = email.trim().toLowerCase();
    return (await this.users()).find((user) => user.email.toLowerCase() === wanted);
  }

  async organization(id: string): Promise<Organization | undefined> {
    return (await this.#read()).organizations.find((each) => each.id === id);
  }

  /** By its id, or the first active one of an organization. */
  async connection(by: { readonly id: string } | { readonly organizationId: string }): Promise<Connection | undefined> {
    return (await this.#read()).connections.find(
      (each) =>
        each.state === 'active' && ('id' in by ? each.id === by.id : each.organization_id === by.organizationId),
    );
  }

  /** A user's active memberships, oldest first. */
  async memberships(userId: string): Promise<readonly Membership[]> {
    return (await this.#read()).memberships.filter((each) => each.user_id === userId);
  }

  permissions(role: string): readonly string[] {
    return this.#permissions.get(role) ?? [];
  }

  setPermissions(role: string, permissions: readonly string[]): void {
    this.#permissions.set(role, permissions);
  }

  changeUser(userId: string, changes: UserChanges): void {
    this.#changes.set(userId, { ...this.#changes.get(userId), ...changes });
  }

  /** When a user was changed is said by the front's clock, which is the tests'. */
  touchUser(userId: string, at: Date): void {
    this.changeUser(userId, { updated_at: at.toISOString() });
  }

  withChanges<Known extends { readonly id: string }>(user: Known): Known {
    return { ...user, ...this.#changes.get(user.id) };
  }

  #read(): Promise<Contents> {
    const reading = (this.#contents ??= this.#load());
    // A failed read is not kept: the next reader tries again.
    reading.catch(() => {
      if (this.#contents === reading) this.#contents = undefined;
    });
    return reading;
  }

  async #load(): Promise<Contents> {
    const [users, organizations, connections, memberships] = await Promise.all([
      this.#list('/user_management/users', User),
      this.#list('/organizations', Organization),
      this.#list('/connections', Connection),
      this.#list('/user_management/organization_memberships', Membership),
    ]);
    const active = memberships.filter(({ status }) => status === 'active');
    return { users, organizations, connections, memberships: active };
  }

  async #list<Item extends v.GenericSchema>(path: string, item: Item): Promise<v.InferOutput<Item>[]> {
    const items: v.InferOutput<Item>[] = [];
    let after: string | null = null;
    do {
      const cursor: string = after === null ? '' : `&after=${after}`;
      const page = v.parse(Page, await this.#emulator.call('GET', `${path}?limit=100&order=asc${cursor}`));
      items.push(...page.data.map((each) => v.parse(item, each)));
      after = page.list_metadata.after;
    } while (after !== null);
    return items;
  }
}
