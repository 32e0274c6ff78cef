/** How far the round over all connections has come, between runs of `renew-module-tokens` and within one. */
import * as v from 'valibot';
import type { AllConnections, ConnectionKey, ConnectionsPage } from './all-connections.ts';
import type { Clock } from './clock.ts';
import type { JobProgress } from './job-progress.ts';
import type { Log } from './log.ts';
import type { Module } from './modules.ts';
import type { TokenVault } from './token-vault.ts';

export const renewalJob = 'renew-module-tokens';

const counts = {
  seen: v.number(),
  /** Under an older key until then. */
  resealed: v.number(),
  /** Unused for long until then. */
  renewed: v.number(),
  /** Unused for long, and over: their provider says so. */
  ended: v.number(),
  failed: v.number(),
};

/** Instants in milliseconds, as JSON has them. */
export const renewalPass = v.object({
  startedAt: v.number(),
  finishedAt: v.optional(v.number()),
  /** The data key of each module that was current when it started. */
  keyIds: v.record(v.string(), v.string()),
  /** Where it goes on; from the beginning without. */
  after: v.optional(v.object({ userId: v.string(), module: v.string() })),
  ...counts,
});
export type RenewalPass = v.InferOutput<typeof renewalPass>;
export type RenewalCounts = Pick<RenewalPass, keyof typeof counts>;

export interface RenewalPassParts {
  readonly all: AllConnections;
  readonly vault: Pick<TokenVault, 'currentKeyId'>;
  readonly modules: readonly Module[];
  readonly progress: JobProgress<RenewalPass>;
  readonly clock: Clock;
}

const pageSize = 25;
const passEveryMs = 7 * 24 * 60 * 60_000;

/**
 * Starts a round when one is due, or goes on with the one that was left. Written down after each page: a run that is killed repeats
 * one page, which does no harm, and of two runs at once each takes up where either has come to.
 * @param hasTime whether there is time for another page.
 * @param tend what is done with a page.
 * @returns how far it has come; `undefined` before the first page of all.
 */
export async function continuePass(
  parts: RenewalPassParts,
  hasTime: () => boolean,
  tend: (page: ConnectionsPage) => Promise<RenewalCounts>,
): Promise<RenewalPass | undefined> {
  const { all, progress, clock } = parts;
  const keyIds = await currentKeyIds(parts);
  for (;;) {
    const read = await progress.read(renewalJob);
    const pass = passToDo(read?.state, keyIds, clock());
    if (!pass || !hasTime()) return read?.state;
    const page = await all.page(pageSize, pass.after);
    const tended = await tend(page);
    await progress.write(renewalJob, advance(pass, tended, page.after, clock()), read?.version);
  }
}

/** For the log and for who runs it by hand. */
export function logPass(pass: RenewalPass, log: Log): void {
  const { seen, resealed, renewed, ended, failed, startedAt, finishedAt } = pass;
  const isFinished = finishedAt !== undefined;
  const numbers = { seen, resealed, renewed, ended, failed };
  log.info('renewal.progress', { startedAt: new Date(startedAt).toISOString(), isFinished, ...numbers });
}

async function currentKeyIds({ modules, vault }: RenewalPassParts): Promise<Readonly<Record<string, string>>> {
  const ids = modules.map(async ({ name }) => [name, await vault.currentKeyId(name)] as const);
  return Object.fromEntries(await Promise.all(ids));
}

function passToDo(
  last: RenewalPass | undefined,
  keyIds: Readonly<Record<string, string>>,
  now: Date,
): RenewalPass | undefined {
  if (last && last.finishedAt === undefined) return last;
  const isOld = last !== undefined && last.startedAt + passEveryMs <= now.getTime();
  const isBeforeKey = Object.entries(keyIds).some(([module, keyId]) => last?.keyIds[module] !== keyId);
  if (last && !isOld && !isBeforeKey) return undefined;
  return { startedAt: now.getTime(), keyIds, seen: 0, resealed: 0, renewed: 0, ended: 0, failed: 0 };
}

function advance(pass: RenewalPass, more: RenewalCounts, after: ConnectionKey | undefined, now: Date): RenewalPass {
  const { after: _, ...rest } = pass;
  return {
    ...rest,
    seen: pass.seen + more.seen,
    resealed: pass.resealed + more.resealed,
    renewed: pass.renewed + more.renewed,
    ended: pass.ended + more.ended,
    failed: pass.failed + more.failed,
    ...(after ? { after } : { finishedAt: now.getTime() }),
  };
}
