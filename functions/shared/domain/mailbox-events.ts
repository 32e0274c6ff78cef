/** A change set as events for the bus, each within what EventBridge takes. */
import type { DomainEvents, MailboxChange } from './events.ts';
import type { ChangeSet } from './sync-mailbox.ts';

type MailboxChanged = DomainEvents['gmail.mailbox.changed'];

/** EventBridge takes 256 KB an entry: detail, source and type together. */
export const maxDetailBytes = 240 * 1024;

export function toMailboxEvents(userId: string, changeSet: ChangeSet): readonly MailboxChanged[] {
  const { fromHistoryId, toHistoryId } = changeSet;
  const sets = splitBySize(changeSet.changes);
  return sets.map((changes, index) => ({
    userId,
    fromHistoryId,
    toHistoryId,
    part: index + 1,
    parts: sets.length,
    changes,
  }));
}

/** At least one, if an empty one. */
function splitBySize(changes: readonly MailboxChange[]): readonly (readonly MailboxChange[])[] {
  // Everything else in a detail is ids and small numbers.
  const room = maxDetailBytes - 1024;
  const sets: MailboxChange[][] = [[]];
  let used = 0;
  for (const change of changes) {
    const bytes = Buffer.byteLength(JSON.stringify(change)) + 1;
    if (used + bytes > room) {
      sets.push([]);
      used = 0;
    }
    sets.at(-1)?.push(change);
    used += bytes;
  }
  return sets;
}
