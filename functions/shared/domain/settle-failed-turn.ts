/** What a turn's failure means, by its name: for the user, for the operator, or for nobody and later. */
import { AuthError } from './auth-error.ts';
import { sentLately, dueTurnsJob } from './due-turns.ts';
import type { Log } from './log.ts';
import type { MailboxTurn } from './mailbox-turns.ts';
import type { ModuleProblem } from './module-connections.ts';
import { postponedTurn } from './postponed-turn.ts';
import { ProviderFailure } from './provider.ts';
import { areTooMany } from './refusal-gauge.ts';
import { nextTurnOf, slotOf } from './slots.ts';
import type { MailboxTurnParts } from './take-mailbox-turn.ts';

/** @throws AuthError `temporarily_unavailable` where it could not be written, or the bus not be told. */
export async function settleFailedTurn(
  parts: MailboxTurnParts,
  turn: MailboxTurn,
  error: unknown,
  log: Log,
): Promise<void> {
  const { userId } = turn.connection;
  if (!(error instanceof ProviderFailure)) {
    log.error('turn.crashed', { userId }, error);
    return postpone(parts, turn);
  }
  const { reason, retryAfterSeconds } = error;
  switch (error.kind) {
    case 'refused':
      return end(parts, turn, 'grant_revoked', log);
    case 'forbidden':
      return end(parts, turn, 'scope_missing', log);
    case 'misconfigured':
      // Every mailbox is met by it, and no user can do anything about it.
      log.error('provider.misconfigured', { provider: parts.provider.name, reason }, error);
      return postpone(parts, turn, retryAfterSeconds);
    case 'later':
      log.warn('turn.postponed', { userId, reason }, error);
      return postpone(parts, turn, retryAfterSeconds);
    case 'not_found':
    case 'unexpected':
      log.error('turn.unexpected', { userId, reason }, error);
      return postpone(parts, turn, retryAfterSeconds);
  }
}

/** Also for one that somebody else marked and did not live to tell. */
export async function tellOfReauthorization(
  { turns, events }: MailboxTurnParts,
  turn: MailboxTurn,
  problem: ModuleProblem,
  log: Log,
): Promise<void> {
  const { userId, module } = turn.connection;
  try {
    await events.publish('module.reauthorization_required', { userId, module, problem });
  } catch (cause) {
    throw new AuthError('temporarily_unavailable', 'the bus was not told of a grant that ended', { cause });
  }
  log.info('module.told', { name: 'module.reauthorization_required', userId, module });
  try {
    await turns.told(turn);
  } catch (cause) {
    // Failing the message for it would tell it again.
    log.warn('turn.telling_not_noted', { userId }, cause);
  }
}

async function postpone(parts: MailboxTurnParts, turn: MailboxTurn, retryAfterSeconds?: number): Promise<void> {
  const { turns, clock, cadence, random } = parts;
  const { userId } = turn.connection;
  const failures = turn.failures + 1;
  const nextTurnAt = postponedTurn(userId, cadence, clock(), { failures, retryAfterSeconds, random: random() });
  await turns.postpone(turn, { nextTurnAt, slot: slotOf(userId, cadence), failures });
}

/** The grant is over, or too small: unless so many are at once that it is more likely a mistake. */
async function end(parts: MailboxTurnParts, turn: MailboxTurn, problem: ModuleProblem, log: Log): Promise<void> {
  const { turns, refusals, progress, clock, cadence } = parts;
  const { userId } = turn.connection;
  const now = clock();
  const counted = await refusals.count(now);
  const sent = sentLately((await progress.read(dueTurnsJob))?.state);
  if (areTooMany(counted, sent)) {
    log.error('worker.halted', {
      userId,
      problem,
      refusals: counted.current,
      before: counted.previous,
      mailboxes: sent,
    });
    // At its usual pace, whatever came before: were they spread over hours, so few would be counted that it looked over.
    const next = { nextTurnAt: nextTurnOf(userId, cadence, now), slot: slotOf(userId, cadence) };
    await turns.postpone(turn, { ...next, failures: turn.failures });
    return;
  }
  if (await turns.requireReauthorization(turn, problem)) await tellOfReauthorization(parts, turn, problem, log);
}
