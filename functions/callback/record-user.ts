/** The user's row, found or created by a login. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { ExchangedLogin } from '../shared/domain/code-exchange.ts';
import type { Log } from '../shared/domain/log.ts';
import type { Users } from '../shared/domain/users.ts';

/** @throws AuthError `user_disabled`, `temporarily_unavailable` */
export async function recordUser(
  users: Users,
  { session, workosUserId, profileAt }: ExchangedLogin,
  log: Log,
  now: Date,
): Promise<void> {
  const { userId, email, name, pictureUrl, organizationId, roles, authMethod } = session;
  const profile = { email, name, pictureUrl, authMethod, organizationId, roles };
  const user = await users.recordSignIn({ userId, workosUserId, ...profile, profileAt, at: now });
  if (!user) throw new AuthError('user_disabled', 'the user is disabled or deleted');
  const isNew = user.createdAt.getTime() === now.getTime();
  log.info('login.user_recorded', { method: authMethod, userId, isNew });
}
