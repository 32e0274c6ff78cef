/** An access token of a connection, refreshed where it has to be: by one request at a time where that spends the refresh token. */
import { AuthError } from './auth-error.ts';
import type { Log } from './log.ts';
import type { ModuleConnection } from './module-connections.ts';
import type { ModuleAccess } from './module-keeper.ts';
import { ProviderFailure, type ProviderTokens } from './provider.ts';
import { toUnavailable } from './provider-trouble.ts';
import { refreshAtWill } from './refresh-at-will.ts';
import { refreshUnderLease } from './refresh-under-lease.ts';
import { noteUse, openTokens, requireReauthorization, toAccess } from './settle-connection.ts';
import type { ConnectionOf, VaultKeeperParts } from './vault-parts.ts';

/** Whoever asks has that long to use what they get. */
const goodForMs = 5 * 60_000;
/** How long a request waits for another's refresh before it answers 503. */
const waitMs = 6_000;
const firstPollMs = 50;
const slowestPollMs = 800;

/** Whether what is kept will do, so that nothing has to be refreshed. */
type Suffices = (tokens: ProviderTokens, connection: ModuleConnection) => boolean;

export async function accessConnection(parts: VaultKeeperParts, of: ConnectionOf, log: Log): Promise<ModuleAccess> {
  return obtainAccess(parts, of, log, (tokens) => isFresh(tokens, parts));
}

/** As `accessConnection`, and another token than the one that the provider's API refused. */
export async function replaceAccess(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  refusedAccessToken: string,
  log: Log,
): Promise<ModuleAccess> {
  return obtainAccess(parts, of, log, (tokens) => tokens.accessToken !== refusedAccessToken && isFresh(tokens, parts));
}

/** A token that neither ends nor is refreshed lives as long as it is used: by a question, then. */
export async function renewConnection(parts: VaultKeeperParts, of: ConnectionOf, log: Log): Promise<void> {
  const connection = await findStanding(parts, of);
  const tokens = await openTokens(parts, connection);
  if (tokens.refreshToken !== undefined || tokens.accessToken === undefined) {
    const before = connection.refreshedAt;
    await obtainAccess(parts, of, log, (_, { refreshedAt }) => refreshedAt > before);
    return;
  }
  const provider = parts.providers[of.module.provider];
  try {
    await provider.account(tokens.accessToken);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    if (error.kind !== 'refused') throw toUnavailable(error, provider, log);
    await requireReauthorization(parts, connection, 'grant_revoked', log);
    return;
  }
  await noteUse(parts, connection, log);
}

async function obtainAccess(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  log: Log,
  suffices: Suffices,
): Promise<ModuleAccess> {
  const { clock, sleep } = parts;
  const giveUpAt = clock().getTime() + waitMs;
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * 2, slowestPollMs)) {
    const access = await tryToObtain(parts, of, log, suffices);
    if (access) return access;
    if (clock().getTime() + pollMs > giveUpAt) {
      throw new AuthError('temporarily_unavailable', 'another request is still refreshing this connection');
    }
    await sleep(pollMs);
  }
}

/** @returns `undefined` where somebody else is at it, or was in between: the row will tell more. */
async function tryToObtain(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  log: Log,
  suffices: Suffices,
): Promise<ModuleAccess | undefined> {
  const connection = await findStanding(parts, of);
  const tokens = await openTokens(parts, connection);
  if (tokens.accessToken === undefined) return refreshAtWill(parts, of, { connection, tokens }, log);
  if (suffices(tokens, connection)) return toAccess({ ...tokens, accessToken: tokens.accessToken }, connection);
  if (tokens.refreshToken !== undefined) return refreshUnderLease(parts, of, connection, log);
  // It has ended or was refused, and there is nothing to get another one with.
  await requireReauthorization(parts, connection, 'grant_revoked', log);
  return undefined;
}

async function findStanding({ connections }: VaultKeeperParts, { userId, module }: ConnectionOf) {
  const connection = await connections.find(userId, module.name);
  if (!connection) throw new AuthError('module_not_connected', `${module.name} is not connected`);
  if (connection.status === 'connected') return connection;
  throw new AuthError('reauthorization_required', `${module.name}: ${connection.problem ?? 'no reason given'}`);
}

function isFresh({ accessTokenExpiresAt: endsAt }: ProviderTokens, { clock }: VaultKeeperParts): boolean {
  return endsAt === undefined || endsAt.getTime() - clock().getTime() >= goodForMs;
}
