/** What a provider's failure is to whoever asked for one of its tokens, where it says nothing of the grant. */
import { AuthError } from './auth-error.ts';
import type { Log } from './log.ts';
import type { Provider, ProviderFailure } from './provider.ts';

/** The connection stays as it is, and the next request tries again. */
export function toUnavailable(failure: ProviderFailure, { name }: Pick<Provider, 'name'>, log: Log): AuthError {
  const { kind, reason, retryAfterSeconds } = failure;
  // All users are met by it, and none of them can do anything about it.
  if (kind === 'misconfigured') log.error('provider.misconfigured', { provider: name, reason }, failure);
  return new AuthError('temporarily_unavailable', `${name} did not do what it was asked: ${kind}`, {
    cause: failure,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}
