/**
 * A mailbox's turn: a fresh access token, what changed since the last one, the bus told of it, and how far it came. It may be
 * killed anywhere and repeated: the lease drops a second one, new tokens are kept before they are used, and the id to go on from
 * is written last, so that what was told is told again rather than lost.
 */
import { randomUUID } from 'node:crypto';
import { AuthError } from './auth-error.ts';
import type { Clock } from './clock.ts';
import type { DueTurnsState } from './due-turns.ts';
import type { EventBus } from './events.ts';
import type { Gmail } from './gmail.ts';
import type { JobProgress } from './job-progress.ts';
import type { Log } from './log.ts';
import { toMailboxEvents } from './mailbox-events.ts';
import type { MailboxTurn, MailboxTurns } from './mailbox-turns.ts';
import { type Provider, ProviderFailure, type ProviderGrant, type ProviderTokens } from './provider.ts';
import type { RefusalGauge } from './refusal-gauge.ts';
import { settleFailedTurn, tellOfReauthorization } from './settle-failed-turn.ts';
import { type Cadence, nextTurnOf, slotOf } from './slots.ts';
import { type ChangeSet, syncMailbox } from './sync-mailbox.ts';
import type { SealBinding, TokenVault } from './token-vault.ts';

/** A turn that began is over before: it asks for no page after a third of it, and nothing it calls is waited for longer than 5 s. */
export const turnLeaseMs = 30_000;
const pagesForMs = turnLeaseMs / 3;

export interface MailboxTurnParts {
  readonly turns: MailboxTurns;
  readonly vault: Pick<TokenVault, 'open' | 'seal'>;
  /** Google. */
  readonly provider: Pick<Provider, 'name' | 'refresh' | 'toKeep'>;
  readonly gmail: Gmail;
  readonly events: EventBus;
  readonly refusals: RefusalGauge;
  readonly progress: Pick<JobProgress<DueTurnsState>, 'read'>;
  readonly clock: Clock;
  /** Of [0, 1). */
  readonly random: () => number;
  readonly cadence: Cadence;
}

/**
 * Does nothing where it is not this mailbox's turn: the message came twice, too late, or for one that is gone.
 * @throws AuthError `temporarily_unavailable` where a part of ours failed, or another process is at it: nothing has changed, and
 * the message is to come again.
 */
export function takeMailboxTurn(parts: MailboxTurnParts): (userId: string, log: Log) => Promise<void> {
  const { turns, clock } = parts;
  return async (userId, log) => {
    const now = clock();
    const until = new Date(now.getTime() + turnLeaseMs);
    const turn = await turns.begin(userId, { leaseId: randomUUID(), until }, now);
    // By now its holder may be dead: the message must not be the last of its kind.
    if (turn === 'held')
      throw new AuthError('temporarily_unavailable', 'another process has the lease of this mailbox');
    if (!turn) return;
    try {
      await goThrough(parts, turn, log);
    } catch (error) {
      await giveBack(parts, turn, log);
      throw error;
    }
  };
}

async function goThrough(parts: MailboxTurnParts, turn: MailboxTurn, log: Log): Promise<void> {
  // Whoever marked it died before the bus was told.
  const { status, problem = 'grant_revoked' } = turn.connection;
  if (status === 'reauthorization_required') return tellOfReauthorization(parts, turn, problem, log);
  try {
    await refreshAndSync(parts, turn, log);
  } catch (error) {
    if (error instanceof AuthError) throw error;
    await settleFailedTurn(parts, turn, error, log);
  }
}

async function refreshAndSync(parts: MailboxTurnParts, begun: MailboxTurn, log: Log): Promise<void> {
  const { turns, provider, gmail, clock, cadence } = parts;
  const { userId, mailbox: known } = begun.connection;
  const startedAt = clock();
  const tokens = await parts.vault.open(begun.connection.sealed, bindingOf(begun));
  if (tokens.refreshToken === undefined) throw new ProviderFailure('refused', 'there is no refresh token');
  const grant = await provider.refresh(tokens.refreshToken);
  const refreshedAt = clock();
  const turn = await keepNewToken(parts, begun, tokens, grant);
  if (!turn) return log.info('turn.overtaken', { userId });

  const until = new Date(startedAt.getTime() + pagesForMs);
  const sync = await syncMailbox({ gmail, accessToken: grant.tokens.accessToken, clock, until }, known);
  if (sync.changeSet) await tellOfChanges(parts, userId, sync.changeSet);
  const now = clock();
  const isFinished = await turns.finish(turn, {
    mailbox: { ...sync.mailbox, lastSyncedAt: now },
    refreshedAt,
    nextTurnAt: nextTurnOf(userId, cadence, now),
    slot: slotOf(userId, cadence),
  });
  if (!isFinished) return log.info('turn.overtaken', { userId });
  if (turn.failures > 0) log.info('turn.recovered', { userId, failures: turn.failures });
  // Nothing is logged of a turn in which nothing happened: most of them are such.
  if (!sync.changeSet) return undefined;
  const isBaseline = sync.changeSet.fromHistoryId === undefined;
  const changes = sync.changeSet.changes.length;
  return log.info('mailbox.synced', { userId, changes, isBaseline, isComplete: sync.isComplete });
}

/** Google seldom sends a new one; the one before may be good for nothing then. */
async function keepNewToken(
  { turns, vault, provider }: MailboxTurnParts,
  turn: MailboxTurn,
  tokens: ProviderTokens,
  grant: ProviderGrant,
): Promise<MailboxTurn | undefined> {
  const { refreshToken } = grant.tokens;
  if (refreshToken === undefined || refreshToken === tokens.refreshToken) return turn;
  const tokenVersion = turn.connection.tokenVersion + 1;
  const sealed = await vault.seal(provider.toKeep(grant), { ...bindingOf(turn), tokenVersion });
  return turns.keepTokens(turn, { sealed, tokenVersion });
}

function bindingOf({ connection: { userId, module, tokenVersion } }: MailboxTurn): SealBinding {
  return { kind: 'connection', userId, module, tokenVersion };
}

async function tellOfChanges({ events }: MailboxTurnParts, userId: string, changeSet: ChangeSet): Promise<void> {
  try {
    for (const event of toMailboxEvents(userId, changeSet)) await events.publish('gmail.mailbox.changed', event);
  } catch (cause) {
    throw new AuthError('temporarily_unavailable', 'the bus did not take what changed in a mailbox', { cause });
  }
}

/** So that the message finds it free when it comes again. Where even this fails, the lease runs out. */
async function giveBack({ turns }: MailboxTurnParts, turn: MailboxTurn, log: Log): Promise<void> {
  try {
    await turns.release(turn);
  } catch (cause) {
    log.warn('turn.lease_left', { userId: turn.connection.userId }, cause);
  }
}
