/**
 * A refresh where it spends the refresh token (GitHub): under the row's lease, so that of many requests one does it. The new
 * tokens are in the row before anybody uses them. What can be lost is the provider's answer on its way into the row; whoever comes
 * next finds a lease that ran out, and gives the provider's refusal its right name.
 */
import { endGrant } from './end-grant.ts';
import { leaveTokens } from './leave-tokens.ts';
import type { Log } from './log.ts';
import type { ModuleConnection, RefreshLease } from './module-connections.ts';
import type { ModuleAccess } from './module-keeper.ts';
import { ProviderFailure, type ProviderGrant, type ProviderTokens } from './provider.ts';
import { toUnavailable } from './provider-trouble.ts';
import { newLease, openTokens, requireReauthorization, toAccess } from './settle-connection.ts';
import type { ConnectionOf, VaultKeeperParts } from './vault-parts.ts';

interface Held {
  readonly connection: ModuleConnection;
  readonly lease: RefreshLease;
  /** An earlier lease ran out without an end: its holder may have spent the token. */
  readonly wasInterrupted: boolean;
}

/**
 * @param read as it was when its tokens turned out not to do.
 * @returns `undefined` where somebody else is at it, or the row is another one by now.
 * @throws AuthError `reauthorization_required`, `temporarily_unavailable`
 */
export async function refreshUnderLease(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  read: ModuleConnection,
  log: Log,
): Promise<ModuleAccess | undefined> {
  const { connections, clock } = parts;
  const lease = newLease(parts);
  const taken = await connections.takeRefreshLease(read, lease, clock());
  if (!taken) return undefined;
  const held: Held = { ...taken, lease };
  const tokens = await beforeSpending(parts, held);
  if (tokens.refreshToken === undefined) return undefined;

  const grant = await spend(parts, of, held, tokens.refreshToken, log);
  if (!grant) return undefined;
  const provider = parts.providers[of.module.provider];
  // An answer without a new refresh token leaves the old one good.
  const kept = { ...withoutAccess(tokens), ...provider.toKeep(grant) };
  if (await leaveTokens(parts, held.connection, lease, kept, log)) return toAccess(grant.tokens, held.connection);
  // Disconnected or connected anew meanwhile: nobody has these tokens, and nobody is to.
  await endGrant(parts, of, kept, log);
  return undefined;
}

/** What could fail on our side is done before the token is spent. */
async function beforeSpending(parts: VaultKeeperParts, held: Held): Promise<ProviderTokens> {
  const { connection } = held;
  try {
    // Its key is in memory then, for sealing the answer.
    await parts.vault.currentKeyId(connection.module);
    return await openTokens(parts, connection);
  } catch (error) {
    await giveBack(parts, held);
    throw error;
  }
}

async function spend(
  parts: VaultKeeperParts,
  { module }: ConnectionOf,
  held: Held,
  refreshToken: string,
  log: Log,
): Promise<ProviderGrant | undefined> {
  const provider = parts.providers[module.provider];
  try {
    return await provider.refresh(refreshToken);
  } catch (error) {
    if (error instanceof ProviderFailure && error.kind === 'refused') {
      const problem = held.wasInterrupted ? 'refresh_interrupted' : 'grant_revoked';
      await requireReauthorization(parts, held.connection, problem, log);
      return undefined;
    }
    // Where it is clear that nothing was done, nobody has to wait. Where it is not, an answer may have been lost with the new
    // tokens in it: the lease runs out, and so the next one knows.
    if (didNothing(error)) await giveBack(parts, held);
    throw error instanceof ProviderFailure ? toUnavailable(error, provider, log) : error;
  }
}

/** Not where it told of an interruption: whoever comes next is to know of it too. */
async function giveBack({ connections }: VaultKeeperParts, { connection, lease, wasInterrupted }: Held): Promise<void> {
  if (!wasInterrupted) await connections.releaseRefreshLease(connection, lease);
}

/** The provider refused to look at it, or was not asked: our own credentials could not be read. */
function didNothing(error: unknown): boolean {
  if (!(error instanceof ProviderFailure)) return true;
  return error.kind === 'misconfigured' || error.retryAfterSeconds !== undefined;
}

function withoutAccess({ refreshToken, refreshTokenExpiresAt }: ProviderTokens): ProviderTokens {
  return {
    ...(refreshToken !== undefined && { refreshToken }),
    ...(refreshTokenExpiresAt && { refreshTokenExpiresAt }),
  };
}
