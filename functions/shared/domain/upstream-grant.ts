/** What may be ended at a provider, and how: one grant (GitHub), or all that an account granted to a project (Google). */
import { AuthError } from './auth-error.ts';
import { endGrant, isEndedNow } from './end-grant.ts';
import type { Log } from './log.ts';
import type { ModuleConnection } from './module-connections.ts';
import type { UpstreamRevocation } from './module-keeper.ts';
import type { ProviderTokens } from './provider.ts';
import { openTokens } from './settle-connection.ts';
import type { ConnectionOf, VaultKeeperParts } from './vault-parts.ts';

/** Whether the provider ends what a token was given for, and nothing besides. */
export function endsExactly({ module }: Pick<ConnectionOf, 'module'>): boolean {
  return module.provider === 'github';
}

/** For a connection whose row is gone by now. */
export async function endUpstream(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  gone: { readonly account: ModuleConnection['account']; readonly tokens: ProviderTokens },
  log: Log,
): Promise<UpstreamRevocation> {
  if (endsExactly(of)) return endGrant(parts, of, gone.tokens, log);
  if (parts.settings.googleProject === 'shared') return 'kept';
  const others = await parts.connections.list(of.userId);
  if (others.some(({ account }) => account.id === gone.account.id)) return 'kept';
  // Now or never: an hour later it would end what the user has connected by then.
  return (await isEndedNow(parts, of, gone.tokens, log)) ? 'done' : 'kept';
}

/**
 * @returns `undefined` for a row that does not open and never will: forgetting it is then all that can be done.
 * @throws AuthError `temporarily_unavailable`
 */
export async function openToEnd(
  parts: VaultKeeperParts,
  connection: ModuleConnection,
  log: Log,
): Promise<ProviderTokens | undefined> {
  try {
    return await openTokens(parts, connection);
  } catch (error) {
    if (error instanceof AuthError) throw error;
    log.error('module.tokens_unreadable', { userId: connection.userId, module: connection.module }, error);
    return undefined;
  }
}
