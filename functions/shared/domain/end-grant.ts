/** Ends a grant at its provider, now or later, where the provider can end exactly this one. */
import { randomUUID } from 'node:crypto';
import type { Log } from './log.ts';
import type { UpstreamRevocation } from './module-keeper.ts';
import type { PendingRevocation } from './pending-revocations.ts';
import { ProviderFailure, type ProviderTokens } from './provider.ts';
import { toUnavailable } from './provider-trouble.ts';
import type { ConnectionOf, VaultKeeperParts } from './vault-parts.ts';

/** What the provider says of a grant that is over already. */
const isOver: ReadonlySet<string> = new Set(['not_found', 'refused']);

/** Never for what is in use: what ends is gone. */
export async function endGrant(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  tokens: ProviderTokens,
  log: Log,
): Promise<UpstreamRevocation> {
  return endPending(parts, of, { tokens, pending: await makePending(parts, of, tokens) }, log);
}

/** From here on the grant will end, whatever becomes of this process. */
export async function makePending(
  { vault, revocations }: VaultKeeperParts,
  { userId, module }: ConnectionOf,
  tokens: ProviderTokens,
): Promise<PendingRevocation> {
  const of = { userId, module: module.name, tokenVersion: 1 };
  const sealed = await vault.seal(tokens, { kind: 'revocation', ...of });
  const pending: PendingRevocation = { ...of, id: randomUUID(), sealed, sealedAs: 'revocation' };
  await revocations.put(pending);
  return pending;
}

export async function endPending(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  { tokens, pending }: { readonly tokens: ProviderTokens; readonly pending: PendingRevocation },
  log: Log,
): Promise<UpstreamRevocation> {
  if (!(await isEndedNow(parts, of, tokens, log))) return 'pending';
  // Not heard of: it is tried once more, and found to be done.
  await parts.revocations.remove(pending).catch(() => undefined);
  return 'done';
}

/** @returns `false` where the provider did not do it. */
export async function isEndedNow(
  { providers }: Pick<VaultKeeperParts, 'providers'>,
  { userId, module }: ConnectionOf,
  tokens: ProviderTokens,
  log: Log,
): Promise<boolean> {
  const provider = providers[module.provider];
  try {
    await provider.revoke(tokens);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    if (isOver.has(error.kind)) return true;
    log.warn('module.revocation_failed', { userId, module: module.name }, toUnavailable(error, provider, log));
    return false;
  }
  return true;
}
