/** Ends at their provider the grants that could not be ended when their connection went. */
import { AuthError } from './auth-error.ts';
import { isEndedNow } from './end-grant.ts';
import type { Log } from './log.ts';
import { findModule, type Module } from './modules.ts';
import type { PendingRevocation, PendingRevocations } from './pending-revocations.ts';
import type { Providers, ProviderTokens } from './provider.ts';
import type { TokenVault } from './token-vault.ts';

export interface EndPendingParts {
  readonly revocations: Pick<PendingRevocations, 'list' | 'remove'>;
  readonly vault: Pick<TokenVault, 'open'>;
  readonly providers: Providers;
  /** Those that the stage switches on: of others nothing can be opened, and what is pending stays. */
  readonly modules: readonly Module[];
}

export interface EndedRevocations {
  readonly done: number;
  /** Tried, and left for the next run. */
  readonly pending: number;
}

const pageSize = 25;
/** A provider that fails so often in a row is asked no more in this run. */
const maxFailuresInARow = 5;

/** May run twice at once: a grant that is over counts as ended. */
export async function endPendingRevocations(
  parts: EndPendingParts,
  hasTime: () => boolean,
  log: Log,
): Promise<EndedRevocations> {
  let [done, pending, failuresInARow] = [0, 0, 0];
  let page = await parts.revocations.list(pageSize);
  while (page.length > 0) {
    for (const revocation of page) {
      if (!hasTime() || failuresInARow === maxFailuresInARow) return { done, pending };
      const module = findModule(parts.modules, revocation.module);
      if (!module) continue;
      const isDone = await endOne(parts, module, revocation, log);
      if (isDone) done += 1;
      else pending += 1;
      failuresInARow = isDone ? 0 : failuresInARow + 1;
    }
    page = await parts.revocations.list(pageSize, page.at(-1));
  }
  return { done, pending };
}

async function endOne(
  parts: EndPendingParts,
  module: Module,
  revocation: PendingRevocation,
  log: Log,
): Promise<boolean> {
  const { userId } = revocation;
  const tokens = await openRevocation(parts, revocation, log);
  if (tokens && !(await isEndedNow(parts, { userId, module }, tokens, log))) return false;
  await parts.revocations.remove(revocation);
  return true;
}

/** @returns `undefined` for a record that does not open and never will: forgetting it is then all that can be done. */
async function openRevocation(
  { vault }: EndPendingParts,
  { userId, module, sealed, sealedAs: kind, tokenVersion }: PendingRevocation,
  log: Log,
): Promise<ProviderTokens | undefined> {
  try {
    return await vault.open(sealed, { kind, userId, module, tokenVersion });
  } catch (error) {
    if (error instanceof AuthError) throw error;
    log.error('module.tokens_unreadable', { userId, module }, error);
    return undefined;
  }
}
