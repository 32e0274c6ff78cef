/** What is done to a mailbox at Gmail, at random, and noted: all of it has to be told. */
import type { LocalCloud } from '../../lib/local/local-cloud.ts';
import type { MailboxChange } from '../../functions/shared/domain/events.ts';
import type { Random } from '../support/random.ts';

export interface MailboxLedger {
  /** Mail comes, gets a star or loses it, goes. */
  change(times: number): Promise<void>;
  /** @returns the changes among those done so far that are not among the ones told. */
  missingFrom(told: readonly MailboxChange[]): readonly string[];
  readonly size: number;
}

export function keepLedger(google: LocalCloud['google'], email: string, random: Random): MailboxLedger {
  const done: string[] = [];
  const starred = new Map<string, boolean>();

  async function changeOnce(): Promise<void> {
    const [first, ...others] = starred.keys();
    if (first === undefined || random.chance(0.5)) {
      const id = await google.deliver(email);
      starred.set(id, false);
      return void done.push(nameOf('added', id));
    }
    const id = random.pick([first, ...others]);
    if (random.chance(0.3)) {
      await google.deleteMessage(email, id);
      starred.delete(id);
      return void done.push(nameOf('deleted', id));
    }
    const hasStar = starred.get(id) === true;
    await google.changeLabels(email, id, hasStar ? { remove: ['STARRED'] } : { add: ['STARRED'] });
    starred.set(id, !hasStar);
    done.push(nameOf(hasStar ? 'labels_removed' : 'labels_added', id));
  }

  return {
    async change(times) {
      for (let count = 0; count < times; count += 1) await changeOnce();
    },
    missingFrom(told) {
      const left = told.map(({ change, messageId }) => nameOf(change, messageId));
      return done.filter((name) => {
        const index = left.indexOf(name);
        if (index !== -1) left.splice(index, 1);
        return index === -1;
      });
    },
    get size() {
      return done.length;
    },
  };
}

const nameOf = (change: MailboxChange['change'], messageId: string): string => `${change} ${messageId}`;
