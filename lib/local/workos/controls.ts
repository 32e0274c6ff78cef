/** What a test may do to the local WorkOS that no application can: an administrator's and an operator's hands. */
import * as v from 'valibot';
import { callApi } from './api.ts';
import type { Context } from './context.ts';
import type { User, UserChanges } from './directory.ts';
import type { Emulator } from './emulator.ts';
import { type FrontRequest, withParameters } from '../front/http.ts';
import { endSession } from './session-endpoints.ts';
import type { Impersonator } from './sessions.ts';

export interface Controls {
  /** Fields of a user in wire form, over what the emulator holds: `{ profile_picture_url: '…' }`. */
  changeUser(email: string, changes: UserChanges): Promise<void>;
  /** As in WorkOS's dashboard: the user, their sessions and memberships are gone. */
  deleteUser(email: string): Promise<void>;
  /** Ends a session, as an administrator does; `id` from `sessions`. */
  revokeSession(id: string): void;
  /** Gives a member another role, or ends the membership; `organization` by its name. */
  changeMembership(
    email: string,
    organization: string,
    change: { readonly role: string } | 'deactivate' | 'reactivate' | 'delete',
  ): Promise<void>;
  /** Sends an event again. @returns the status of the application's answer. */
  redeliver(id: string): Promise<number>;
  /** Resolves when the application has answered all events so far. */
  webhooksSettled(): Promise<void>;
  /** What the `permissions` claim of a role's members says from the next token on. */
  setPermissions(role: string, permissions: readonly string[]): void;
  /** Sign-ins of this user are impersonations from now on; `undefined` ends that. */
  impersonate(email: string, impersonator: Impersonator | undefined): Promise<void>;
  /** The callback URL of a sign-in that no browser of the application began (invitation, impersonation): a code, no state. */
  callbackWithoutState(email: string): Promise<string>;
  /** Signs with a new key from now on; the old keys stay published unless withdrawn. */
  rotateSigningKey(options?: { readonly withdrawOldKeys?: boolean }): void;
}

const Memberships = v.object({
  data: v.array(v.object({ id: v.string(), user_id: v.string(), organization_id: v.string() })),
});

export function createControls(context: Context, emulator: Emulator): Controls {
  const { accessTokens, codes, directory, impersonators, now, redirectUris, webhooks } = context;

  /** As the API does it for an application that has the key. */
  async function write(method: 'PUT' | 'DELETE', path: string, body: object = {}): Promise<void> {
    const request: FrontRequest = {
      method,
      url: new URL(path, 'http://localhost'),
      headers: { 'content-type': 'application/json' },
      cookies: {},
      body: Buffer.from(JSON.stringify(body)),
    };
    const { status } = await callApi(context, emulator, request);
    if (status >= 300) throw new Error(`the local WorkOS answered ${method} ${path} with ${status}`);
  }

  async function membershipPath(email: string, organizationName: string): Promise<string> {
    const { id: userId } = await requireUser(email);
    const all = '/user_management/organization_memberships';
    const { data } = v.parse(Memberships, await emulator.call('GET', `${all}?limit=100`));
    for (const { id, user_id: member, organization_id: organizationId } of data) {
      const organization = await directory.organization(organizationId);
      if (member === userId && organization?.name === organizationName) return `${all}/${id}`;
    }
    throw new Error(`${email} is no member of ${organizationName}`);
  }

  async function requireUser(email: string): Promise<User> {
    const user = await directory.userByEmail(email);
    if (user === undefined) throw new Error(`the local WorkOS knows no ${email}`);
    return user;
  }

  return {
    async changeUser(email, changes) {
      const { id } = await requireUser(email);
      directory.changeUser(id, changes);
      directory.touchUser(id, now());
      webhooks.emit('user.updated', await directory.userById(id));
    },
    deleteUser: async (email) => write('DELETE', `/user_management/users/${(await requireUser(email)).id}`),
    revokeSession: (id) => endSession(context, id),
    async changeMembership(email, organization, change) {
      const path = await membershipPath(email, organization);
      if (change === 'delete') return write('DELETE', path);
      if (typeof change === 'object') return write('PUT', path, { role_slug: change.role });
      return write('PUT', `${path}/${change}`);
    },
    redeliver: (id) => webhooks.redeliver(id),
    webhooksSettled: () => webhooks.settled(),
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
