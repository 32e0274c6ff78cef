/** Every hour: ends the grants that are still to be ended, and goes round all connections when a data key is new or a week is over. */
import {
  endPendingRevocations,
  type EndedRevocations,
  type EndPendingParts,
} from '../shared/domain/end-pending-revocations.ts';
import type { Log } from '../shared/domain/log.ts';
import { continuePass, logPass, type RenewalPass, type RenewalPassParts } from '../shared/domain/renewal-pass.ts';
import { tendConnections, type TendConnectionsParts } from '../shared/domain/tend-connections.ts';

export interface RenewModuleTokensDependencies extends EndPendingParts, RenewalPassParts, TendConnectionsParts {
  readonly vault: TendConnectionsParts['vault'];
}

export interface Renewal {
  readonly revocations: EndedRevocations;
  /** The round that is under way, or the last one. */
  readonly pass: RenewalPass | undefined;
}

/** For the work on a page: a provider that does not answer is waited for, and keys and rows are, too. */
const pageMs = 60_000;

/** May be stopped anywhere, and run twice at once: every write is conditional on what was read. */
export function renewModuleTokens(
  parts: RenewModuleTokensDependencies,
): (remainingMs: () => number, log: Log) => Promise<Renewal> {
  return async (remainingMs, log) => {
    const hasTime = () => remainingMs() > pageMs;
    const revocations = await endPendingRevocations(parts, hasTime, log);
    if (revocations.done + revocations.pending > 0) log.info('renewal.revocations', { ...revocations });
    const pass = await continuePass(parts, hasTime, tendConnections(parts, log));
    if (pass) logPass(pass, log);
    return { revocations, pass };
  };
}
