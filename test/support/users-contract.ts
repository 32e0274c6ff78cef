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
    at: firstTime,
    ...details,
  };
}

export function describeUsers(name: string, start: () => UsersUnderTest): void {
  describe(`the users in ${name}`, () => {
    it('are created by their first sign-in', async () => {
      const { users } = start();
      const { at, ...profile } = signInOfSomeone();
      const user = await users.recordSignIn({ ...profile, at });
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
      const user = await users.recordSignIn({ ...changed, at: secondTime });
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
      const { at, ...profile } = signInOfSomeone();
      await users.recordSignIn({ ...profile, at });
      await users.recordSignIn({ ...profile, ...unknown, at });
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
      const { at, ...profile } = signInOfSomeone(bare);
      const user = await users.recordSignIn({ ...profile, at });
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
  });
}
