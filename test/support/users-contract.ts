/** What every store of users has to do, whatever it is made of. */
import { describe, expect, it } from 'vitest';
import { deriveUserId } from '../../functions/shared/domain/user-id.ts';
import type { SignIn, Users } from '../../functions/shared/domain/users.ts';

export interface UsersUnderTest {
  readonly users: Users;
  setStatus(userId: string, status: 'disabled' | 'deleted'): Promise<void> | void;
  /** The row as it stands, in whatever form: for telling that nothing was written. */
  stored(userId: string): unknown;
}

/** When WorkOS changed the user last before the first sign-in. */
const profileAt = new Date('2026-11-20T12:00:00.000Z');
const firstTime = new Date('2026-11-22T10:00:00.000Z');
const secondTime = new Date('2026-11-23T08:30:00.000Z');

/** Everyone a user of their own: one store may serve all tests. */
let count = 0;

function signInOfSomeone(details: Partial<SignIn> = {}): SignIn {
  count += 1;
  const workosUserId = `user_contract_${count}`;
  return {
    userId: deriveUserId(workosUserId),
    workosUserId,
    email: 'alice@example.com',
    name: 'Alice Archer',
    pictureUrl: 'https://pictures.example.com/alice.png',
    authMethod: 'Password',
    organizationId: 'org_1',
    roles: ['admin', 'billing'],
    profileAt,
    at: firstTime,
    ...details,
  };
}

export function describeUsers(name: string, start: () => UsersUnderTest): void {
  describe(`the users in ${name}`, () => {
    it('are created by their first sign-in', async () => {
      const { users } = start();
      const { at, profileAt: _, ...profile } = signInOfSomeone();
      const user = await users.recordSignIn({ ...profile, profileAt, at });
      expect(user).toStrictEqual({ ...profile, createdAt: firstTime, lastSignInAt: firstTime });
      expect(await users.find(profile.userId)).toStrictEqual(user);
    });

    it('keep createdAt at the next sign-in, and take over the rest', async () => {
      const { users } = start();
      const signIn = signInOfSomeone();
      await users.recordSignIn(signIn);
      const changed = {
        userId: signIn.userId,
        workosUserId: signIn.workosUserId,
        email: 'alice.archer@example.com',
        name: 'Alice B. Archer',
        pictureUrl: 'https://pictures.example.com/new.png',
        authMethod: 'GoogleOAuth',
        organizationId: 'org_2',
        roles: ['member'],
      };
      const user = await users.recordSignIn({ ...changed, profileAt, at: secondTime });
      expect(user).toStrictEqual({ ...changed, createdAt: firstTime, lastSignInAt: secondTime });
      expect(await users.find(signIn.userId)).toStrictEqual(user);
    });

    it.each([
      { pictureUrl: undefined },
      { authMethod: undefined },
      { organizationId: undefined },
      { pictureUrl: undefined, authMethod: undefined, organizationId: undefined },
      { roles: [] },
    ])('lose what a sign-in no longer knows: %o', async (unknown) => {
      const { users } = start();
      const { at, profileAt: _, ...profile } = signInOfSomeone();
      await users.recordSignIn({ ...profile, profileAt, at });
      await users.recordSignIn({ ...profile, ...unknown, profileAt, at });
      expect(await users.find(profile.userId)).toStrictEqual({
        ...profile,
        ...unknown,
        createdAt: at,
        lastSignInAt: at,
      });
    });

    it('may know next to nothing at their first sign-in', async () => {
      const { users } = start();
      const bare = { pictureUrl: undefined, authMethod: undefined, organizationId: undefined, roles: [] };
      const { at, profileAt: _, ...profile } = signInOfSomeone(bare);
      const user = await users.recordSignIn({ ...profile, profileAt, at });
      expect(user).toStrictEqual({ ...profile, createdAt: at, lastSignInAt: at });
    });

    it('are kept apart', async () => {
      const { users } = start();
      const alice = signInOfSomeone();
      const bob = signInOfSomeone({ email: 'bob@example.com' });
      await users.recordSignIn(alice);
      await users.recordSignIn(bob);
      expect((await users.find(alice.userId))?.email).toBe('alice@example.com');
      expect((await users.find(bob.userId))?.email).toBe('bob@example.com');
    });

    it('are not found before they signed in', async () => {
      expect(await start().users.find(deriveUserId('user_nobody'))).toBeUndefined();
    });

    it.each(['disabled', 'deleted'] as const)(
      'who are %s do not get in, and their row stays as it is',
      async (status) => {
        const store = start();
        const signIn = signInOfSomeone();
        await store.users.recordSignIn(signIn);
        await store.setStatus(signIn.userId, status);
        const before = await store.stored(signIn.userId);
        expect(await store.users.recordSignIn({ ...signIn, email: 'new@example.com', at: secondTime })).toBeUndefined();
        expect(await store.stored(signIn.userId)).toStrictEqual(before);
        expect(await store.users.find(signIn.userId)).toBeUndefined();
      },
    );

    it('who were deleted before they ever signed in here stay deleted', async () => {
      const store = start();
      const signIn = signInOfSomeone();
      await store.setStatus(signIn.userId, 'deleted');
      expect(await store.users.recordSignIn(signIn)).toBeUndefined();
      expect(await store.users.find(signIn.userId)).toBeUndefined();
    });

    it('are created once when twenty first sign-ins come together', async () => {
      const { users } = start();
      const signIn = signInOfSomeone();
      const times = Array.from({ length: 20 }, (_, index) => new Date(firstTime.getTime() + index * 1000));
      const recorded = await Promise.all(times.map((at) => users.recordSignIn({ ...signIn, at })));
      const creations = new Set(recorded.map((user) => user?.createdAt.getTime()));
      expect(creations.size).toBe(1);
      expect(creations).toContain((await users.find(signIn.userId))?.createdAt.getTime());
    });

    it('keep a profile that is newer than what a sign-in knows, and take over the rest', async () => {
      const { users } = start();
      const signIn = signInOfSomeone();
      await users.recordSignIn(signIn);
      const news = { email: 'ash@example.com', name: 'Alice Ash', pictureUrl: undefined };
      await users.updateProfile(signIn.userId, { ...news, profileAt: after(profileAt, 1) });
      const user = await users.recordSignIn({ ...signIn, roles: ['member'], at: secondTime });
      expect(user).toMatchObject({ ...news, roles: ['member'], createdAt: firstTime, lastSignInAt: secondTime });
      expect(await users.find(signIn.userId)).toStrictEqual(user);
      const later = { ...signIn, name: 'Alice Oak', profileAt: after(profileAt, 2) };
      expect((await users.recordSignIn(later))?.name).toBe('Alice Oak');
    });
  });

  describe(`updateProfile() in ${name}`, () => {
    const news = { email: 'ash@example.com', name: 'Alice Ash', pictureUrl: 'https://pictures.example.com/ash.png' };

    it('takes over a newer profile and leaves the rest', async () => {
      const { users } = start();
      const signIn = signInOfSomeone();
      const before = await users.recordSignIn(signIn);
      expect(await users.updateProfile(signIn.userId, { ...news, profileAt: after(profileAt, 1) })).toBe(true);
      expect(await users.find(signIn.userId)).toStrictEqual({ ...before, ...news });
    });

    it('removes the picture of a user who has none any more', async () => {
      const { users } = start();
      const signIn = signInOfSomeone();
      await users.recordSignIn(signIn);
      await users.updateProfile(signIn.userId, { ...news, pictureUrl: undefined, profileAt: after(profileAt, 1) });
      expect((await users.find(signIn.userId))?.pictureUrl).toBeUndefined();
    });

    it.each([0, -1, -86_400_000])('refuses one that is %s ms newer than what is known', async (ms) => {
      const { users, stored } = start();
      const signIn = signInOfSomeone();
      await users.recordSignIn(signIn);
      const before = await stored(signIn.userId);
      expect(await users.updateProfile(signIn.userId, { ...news, profileAt: after(profileAt, ms) })).toBe(false);
      expect(await stored(signIn.userId)).toStrictEqual(before);
    });

    it('creates nobody', async () => {
      const { users, stored } = start();
      const { userId } = signInOfSomeone();
      expect(await users.updateProfile(userId, { ...news, profileAt })).toBe(false);
      expect(await stored(userId)).toBeUndefined();
    });

    it.each(['disabled', 'deleted'] as const)('leaves the row of a user who is %s', async (status) => {
      const { users, setStatus, stored } = start();
      const signIn = signInOfSomeone();
      await users.recordSignIn(signIn);
      await setStatus(signIn.userId, status);
      const before = await stored(signIn.userId);
      expect(await users.updateProfile(signIn.userId, { ...news, profileAt: after(profileAt, 1) })).toBe(false);
      expect(await stored(signIn.userId)).toStrictEqual(before);
    });
  });

  describe(`leaveTombstone() in ${name}`, () => {
    it('removes what is known of the user and bars them for good', async () => {
      const { users, stored } = start();
      const signIn = signInOfSomeone();
      await users.recordSignIn(signIn);
      await users.leaveTombstone(signIn.userId, secondTime);
      expect(await users.find(signIn.userId)).toBeUndefined();
      expect(await users.isBarred(signIn.userId)).toBe(true);
      expect(JSON.stringify(await stored(signIn.userId))).not.toMatch(/alice|Archer|user_contract/i);
      expect(await users.recordSignIn({ ...signIn, at: secondTime })).toBeUndefined();
    });

    it('bars also a user whose first sign-in is still under way', async () => {
      const { users } = start();
      const signIn = signInOfSomeone();
      await users.leaveTombstone(signIn.userId, firstTime);
      expect(await users.isBarred(signIn.userId)).toBe(true);
      expect(await users.recordSignIn(signIn)).toBeUndefined();
    });

    it('keeps its earliest time, whatever comes again and in which order', async () => {
      const { users, stored } = start();
      const [one, other] = [signInOfSomeone().userId, signInOfSomeone().userId];
      for (const at of [firstTime, secondTime, firstTime]) await users.leaveTombstone(one, at);
      for (const at of [secondTime, firstTime]) await users.leaveTombstone(other, at);
      for (const userId of [one, other]) {
        expect(JSON.stringify(await stored(userId))).toContain(firstTime.toISOString());
      }
    });
  });
}

function after(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}
