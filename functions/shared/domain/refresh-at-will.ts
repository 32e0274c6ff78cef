/**
 * A fresh access token where the refresh token is good for any number of them and access tokens are not kept (Google). Requests
 * need not wait for each other; a new refresh token, which Google seldom sends, is kept before it is used.
 */
import { leaveTokens } from './leave-tokens.ts';
import type { Log } from './log.ts';
import type { ModuleConnection } from './module-connections.ts';
import type { ModuleAccess } from './module-keeper.ts';
import { ProviderFailure, type ProviderGrant, type ProviderTokens } from './provider.ts';
import { toUnavailable } from './provider-trouble.ts';
import { newLease, noteUse, requireReauthorization, toAccess } from './settle-connection.ts';
import type { ConnectionOf, VaultKeeperParts } from './vault-parts.ts';

/** A use is noted at most that often: whoever asks for a token every second pays for no write. */
const noteUseAfterMs = 60 * 60_000;

/** @returns `undefined` where the row is another one by now, or somebody else has it. */
export async function refreshAtWill(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  { connection, tokens }: { readonly connection: ModuleConnection; readonly tokens: ProviderTokens },
  log: Log,
): Promise<ModuleAccess | undefined> {
  const grant = await refresh(parts, of, { connection, tokens }, log);
  if (!grant) return undefined;
  const renewed = grant.tokens.refreshToken;
  if (renewed !== undefined && renewed !== tokens.refreshToken) {
    return keepFirst(parts, of, connection, grant, log);
  }
  if (parts.clock().getTime() - connection.refreshedAt.getTime() >= noteUseAfterMs) {
    await noteUse(parts, connection, log);
  }
  return toAccess(grant.tokens, connection);
}

async function refresh(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  { connection, tokens }: { readonly connection: ModuleConnection; readonly tokens: ProviderTokens },
  log: Log,
): Promise<ProviderGrant | undefined> {
  const provider = parts.providers[of.module.provider];
  try {
    if (tokens.refreshToken !== undefined) return await provider.refresh(tokens.refreshToken);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    if (error.kind !== 'refused') throw toUnavailable(error, provider, log);
  }
  await requireReauthorization(parts, connection, 'grant_revoked', log);
  return undefined;
}

async function keepFirst(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  connection: ModuleConnection,
  grant: ProviderGrant,
  log: Log,
): Promise<ModuleAccess | undefined> {
  const { connections, clock } = parts;
  const lease = newLease(parts);
  const taken = await connections.takeRefreshLease(connection, lease, clock());
  // The old one still works at Google: the next round gets another new one.
  if (!taken) return undefined;
  const kept = parts.providers[of.module.provider].toKeep(grant);
  const isLeft = await leaveTokens(parts, taken.connection, lease, kept, log);
  return isLeft ? toAccess(grant.tokens, connection) : undefined;
}
