/** A call to a provider during a consent. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Log } from '../shared/domain/log.ts';
import { type Provider, ProviderFailure } from '../shared/domain/provider.ts';
import { toUnavailable } from '../shared/domain/provider-trouble.ts';

/** @throws AuthError `auth_failed` where the provider said no, `temporarily_unavailable` where it did not say. */
export async function askProvider<Answer>(provider: Provider, ask: () => Promise<Answer>, log: Log): Promise<Answer> {
  try {
    return await ask();
  } catch (failure) {
    if (!(failure instanceof ProviderFailure)) throw failure;
    if (failure.kind === 'refused')
      throw new AuthError('auth_failed', `${provider.name} refused what the consent gave`, { cause: failure });
    throw toUnavailable(failure, provider, log);
  }
}
