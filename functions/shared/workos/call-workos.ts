/** One call to WorkOS's API, with the credentials that it takes now. */
import type { WorkOS } from '@workos-inc/node';
import type { WorkosAccount } from './workos-account.ts';

/**
 * @param call is made again when our key was replaced while this instance lived.
 * @throws AuthError `temporarily_unavailable` for what `call` throws.
 */
export async function callWorkos<Answer>(
  account: WorkosAccount,
  call: (sdk: WorkOS) => Promise<Answer>,
): Promise<Answer> {
  const { classifyAuthenticateFailure, toAuthError } = await import('./authenticate-failure.ts');
  try {
    return await call(await account.sdk());
  } catch (error) {
    if (classifyAuthenticateFailure(error) !== 'credentials' || !(await account.hasNewCredentials()))
      throw toAuthError(error);
  }
  try {
    return await call(await account.sdk());
  } catch (error) {
    throw toAuthError(error);
  }
}
