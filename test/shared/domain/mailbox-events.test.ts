import { describe, expect, it } from 'vitest';
import type { MailboxChange } from '../../../functions/shared/domain/events.ts';
import { maxDetailBytes, toMailboxEvents } from '../../../functions/shared/domain/mailbox-events.ts';

const change = (number: number): MailboxChange => ({
  messageId: `message ${number}`,
  threadId: `thread ${number}`,
  change: 'labels_added',
  labels: ['INBOX', 'Straße'],
});

describe('toMailboxEvents()', () => {
  it('tells a change set as one event', () => {
    const changeSet = { fromHistoryId: '10', toHistoryId: '20', changes: [change(1), change(2)] };
    expect(toMailboxEvents('usr_1', changeSet)).toEqual([{ userId: 'usr_1', ...changeSet, part: 1, parts: 1 }]);
  });

  it('tells a baseline, which has no changes', () => {
    const changeSet = { fromHistoryId: undefined, toHistoryId: '20', changes: [] };
    expect(toMailboxEvents('usr_1', changeSet)).toEqual([{ userId: 'usr_1', ...changeSet, part: 1, parts: 1 }]);
  });

  it('tells a large one in parts that EventBridge takes, each change once and in order', () => {
    const changes = Array.from({ length: 5000 }, (_, number) => change(number));
    const events = toMailboxEvents('usr_1', { fromHistoryId: '10', toHistoryId: '20', changes });
    expect(events.length).toBeGreaterThan(1);
    expect(events.flatMap((event) => event.changes)).toEqual(changes);
    for (const [index, event] of events.entries()) {
      expect(event).toMatchObject({ fromHistoryId: '10', toHistoryId: '20', part: index + 1, parts: events.length });
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(maxDetailBytes);
    }
  });
});
