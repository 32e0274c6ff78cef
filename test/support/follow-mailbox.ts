/** A backend that knows a mailbox by its `gmail.mailbox.changed` events alone, told at least once each. */
import { isDeepStrictEqual } from 'node:util';
import type { DomainEvents, MailboxChange } from '../../functions/shared/domain/events.ts';

export type MailboxChanged = DomainEvents['gmail.mailbox.changed'];

export interface FollowedMailbox {
  /** Up to where it has been told everything. */
  readonly historyId: string | undefined;
  /** All that it was told since its first baseline, each once, in order. */
  readonly changes: readonly MailboxChange[];
  /** Events that told something again. */
  readonly repeats: number;
}

/**
 * Every event goes on from where one before it came to, or begins where one before it began and tells at least the same: that
 * is a repeat, longer where more had happened by then.
 * @param events of one user, each whole change set in one event.
 * @throws Error where something was left out in between, or a repeat tells otherwise.
 */
export function followMailbox(events: readonly MailboxChanged[]): FollowedMailbox {
  /** How much had been told up to each id. */
  const toldUpTo = new Map<string, number>();
  const changes: MailboxChange[] = [];
  let historyId: string | undefined;
  let repeats = 0;

  for (const { fromHistoryId, toHistoryId, changes: told } of events) {
    const from = fromHistoryId === undefined ? changes.length : toldUpTo.get(fromHistoryId);
    if (from === undefined) throw new Error(`what was told up to ${historyId} goes on from ${fromHistoryId}`);
    const known = changes.slice(from, from + told.length);
    if (!isDeepStrictEqual(known, told.slice(0, known.length))) {
      throw new Error(`what came after ${fromHistoryId} is told in two ways`);
    }
    const upTo = from + told.length;
    if (known.length > 0) repeats += 1;
    if ((toldUpTo.get(toHistoryId) ?? upTo) !== upTo) {
      throw new Error(`${toHistoryId} is reached with more changes and with fewer`);
    }
    changes.push(...told.slice(known.length));
    toldUpTo.set(toHistoryId, upTo);
    if (historyId === undefined || BigInt(toHistoryId) > BigInt(historyId)) historyId = toHistoryId;
  }
  return { historyId, changes, repeats };
}
