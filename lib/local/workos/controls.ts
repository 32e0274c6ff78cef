/** What a test may do to the local WorkOS that no application can: an administrator's and an operator's hands. */
import { withParameters } from './authorization-request.ts';
import type { Context } from './context.ts';
import type { User, UserChanges } from './directory.ts';
import type { Impersonator } from './sessions.ts';

export interface Controls {
  /** Fields of a user in wire form, over what the emulator holds: `{ profile_picture_url: '…' }`. */
  changeUser(email: string, changes: UserChanges): Promise<void>;
  /** What the `permissions` claim of a role's members says from the next token on. */
  setPermissions(role: string, permissions: readonly string[]): void;
  /** Sign-ins of this user are impersonations from now on; `undefined` ends that. */
  impersonate(email: string, impersonator: Impersonator | undefined): Promise<void>;
  /** The callback URL of a sign-in that no browser of the application began (invitation, impersonation): a code, no state. */
  callbackWithoutState(email: string): Promise<string>;
  /** Signs with a new key from now on; the old keys stay published unless withdrawn. */
  rotateSigningKey(options?: { readonly withdrawOldKeys?: boolean }): void;
}

export function createControls({
  accessTokens,
  codes,
  directory,
  impersonators,
  now,
  redirectUris,
}: Context): Controls {
  async function requireUser(email: string): Promise<User> {
    const user = await directory.userByEmail(email);
    if (user === undefined) throw new Error(`the local WorkOS knows no ${email}`);
    return user;
  }

  return {
    async changeUser(email, changes) {
      directory.changeUser((await requireUser(email)).id, changes);
    },
    setPermissions: (role, permissions) => directory.setPermissions(role, permissions),
    async impersonate(email, impersonator) {
      const { id } = await requireUser(email);
      if (impersonator === undefined) impersonators.delete(id);
      else impersonators.set(id, impersonator);
    },
    async callbackWithoutState(email) {
      const { id } = await requireUser(email);
      const [redirectUri] = redirectUris;
      if (redirectUri === undefined) throw new Error('no redirect URI is registered');
      const impersonator = impersonators.get(id);
      const code = codes.issue({
        userId: id,
        organizationId: (await directory.memberships(id))[0]?.organization_id,
        authenticationMethod: impersonator === undefined ? 'Password' : 'Impersonation',
        authenticatedAt: now(),
        impersonator,
        codeChallenge: undefined,
      });
      return withParameters(redirectUri, { code });
    },
    rotateSigningKey: (options) => accessTokens.rotate(options),
  };
}
