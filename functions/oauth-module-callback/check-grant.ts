/** Whether what a consent brought is what the module needs, and whose it is. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Log } from '../shared/domain/log.ts';
import type { GrantedConnection } from '../shared/domain/module-keeper.ts';
import type { Module } from '../shared/domain/modules.ts';
import type { Provider, ProviderGrant } from '../shared/domain/provider.ts';
import { askProvider } from './ask-provider.ts';

export type ObtainedGrant = Pick<GrantedConnection, 'account' | 'grant' | 'scopes'>;

/** @throws AuthError `scope_missing`, `no_refresh_token`, and as `askProvider()` */
export async function checkGrant(
  provider: Provider,
  module: Module,
  grant: ProviderGrant,
  log: Log,
): Promise<ObtainedGrant> {
  // RFC 6749 §5.1: left out where it is what was asked for.
  const scopes = grant.scopes ?? module.scopes;
  if (!module.scopes.every((scope) => scopes.includes(scope)))
    throw new AuthError('scope_missing', 'the consent leaves out a scope that the module needs');
  if (provider.needsRefreshToken && grant.tokens.refreshToken === undefined)
    throw new AuthError('no_refresh_token', `${provider.name} gave no refresh token`);
  const account = await askProvider(provider, () => provider.account(grant.tokens.accessToken), log);
  return { account, grant, scopes };
}
