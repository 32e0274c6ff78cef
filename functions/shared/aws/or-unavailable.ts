/** AWS calls whose failure means: not now, nothing is known to have changed. */
import { AuthError } from '../domain/auth-error.ts';

/** @throws AuthError `temporarily_unavailable` with the SDK's error as its cause. */
export async function orUnavailable<Answer>(what: string, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (cause) {
    throw new AuthError('temporarily_unavailable', `${what} did not answer as it should`, { cause });
  }
}
