/** A mailbox at Gmail, in memory: its history, and whatever a test wants to go wrong. */
import type { MailboxChange } from '../../functions/shared/domain/events.ts';
import type { Gmail } from '../../functions/shared/domain/gmail.ts';
import { ProviderFailure, type ProviderFailureKind } from '../../functions/shared/domain/provider.ts';

export interface MemoryGmail extends Gmail {
  /** Mail comes in, each a record of its own. @returns what its history tells of it. */
  deliver(count?: number): readonly MailboxChange[];
  /** Gmail forgets all of its history up to now. */
  forget(): void;
  /** Something happens that the history has no record of. */
  touch(): void;
  /** The next call fails, whichever it is; several: one after the other. */
  failNext(...failures: readonly (ProviderFailure | ProviderFailureKind)[]): void;
  /** Comes before the next answer to `history`. */
  interrupt(meanwhile: () => unknown): void;
  readonly historyId: string;
  readonly calls: { profile: number; history: number };
  recordsPerPage: number;
}

export function createMemoryGmail(): MemoryGmail {
  const records: { readonly id: number; readonly change: MailboxChange }[] = [];
  const failures: (ProviderFailure | ProviderFailureKind)[] = [];
  let [id, remembersFrom, meanwhile] = [1000, 0, (): unknown => undefined];

  const fail = (): void => {
    const failure = failures.shift();
    if (failure === undefined) return;
    throw typeof failure === 'string' ? new ProviderFailure(failure, `Gmail in memory: ${failure}`) : failure;
  };

  const gmail: MemoryGmail = {
    calls: { profile: 0, history: 0 },
    recordsPerPage: 500,
    get historyId() {
      return String(id);
    },
    deliver(count = 1) {
      return Array.from({ length: count }, () => {
        id += 7;
        const change = { messageId: `m${id}`, threadId: `t${id}`, change: 'added', labels: ['INBOX'] } as const;
        records.push({ id, change });
        return change;
      });
    },
    forget: () => void (remembersFrom = id + 1),
    touch: () => void (id += 7),
    failNext: (...more) => void failures.push(...more),
    interrupt: (act) => void (meanwhile = act),

    async profile() {
      await Promise.resolve();
      gmail.calls.profile += 1;
      fail();
      return { emailAddress: 'bob@example.com', messagesTotal: records.length, historyId: String(id) };
    },

    async history(_, { startHistoryId, pageToken = `0 ${id}` }) {
      await Promise.resolve();
      gmail.calls.history += 1;
      fail();
      const interruption = meanwhile;
      meanwhile = () => undefined;
      if (Number(startHistoryId) < remembersFrom) throw new ProviderFailure('not_found', 'too old');
      // What comes while somebody turns the pages is in none of them.
      const [from = 0, upTo = id] = pageToken.split(' ').map(Number);
      const all = records.filter((record) => record.id > Number(startHistoryId) && record.id <= upTo);
      const page = all.slice(from, from + gmail.recordsPerPage);
      const next = from + gmail.recordsPerPage;
      const lastRecordId = page.at(-1)?.id;
      const answer = {
        changes: page.map(({ change }) => change),
        lastRecordId: lastRecordId === undefined ? undefined : String(lastRecordId),
        historyId: String(id),
        nextPageToken: next < all.length ? `${next} ${upTo}` : undefined,
      };
      await interruption();
      return answer;
    },
  };
  return gmail;
}
