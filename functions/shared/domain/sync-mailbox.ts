/**
 * What changed in a mailbox since it was looked at last: its history page by page, and where Gmail has forgotten so far back, a
 * baseline. The id to go on from is one up to which everything has been read.
 */
import type { Clock } from './clock.ts';
import type { MailboxChange } from './events.ts';
import type { Gmail, HistoryPage } from './gmail.ts';
import type { MailboxState } from './module-connections.ts';
import { ProviderFailure } from './provider.ts';

/**
 * A turn reads that many pages at most, of 500 records and 2 quota units each: a user has 6,000 units a minute, and what is read is
 * held in memory until it has been told. The next turn goes on from there.
 */
export const maxPages = 50;

export interface ChangeSet {
  /** `undefined`: a baseline. */
  readonly fromHistoryId: string | undefined;
  readonly toHistoryId: string;
  readonly changes: readonly MailboxChange[];
}

export interface MailboxSync {
  readonly mailbox: Pick<MailboxState, 'historyId' | 'messagesTotal'>;
  /** To be told; `undefined` where nothing has changed. */
  readonly changeSet: ChangeSet | undefined;
  /** Whether it is up to date: `false` where pages are left for the next turn. */
  readonly isComplete: boolean;
}

export interface SyncOptions {
  readonly gmail: Gmail;
  readonly accessToken: string;
  readonly clock: Clock;
  /** No further page is asked for after it. */
  readonly until: Date;
}

/** @param known how far it had come. @throws ProviderFailure */
export async function syncMailbox(options: SyncOptions, known: MailboxState | undefined): Promise<MailboxSync> {
  if (!known) return readBaseline(options);
  try {
    return await readHistory(options, known);
  } catch (error) {
    if (error instanceof ProviderFailure && error.kind === 'not_found') return readBaseline(options);
    throw error;
  }
}

async function readBaseline({ gmail, accessToken }: SyncOptions): Promise<MailboxSync> {
  const { historyId, messagesTotal } = await gmail.profile(accessToken);
  return {
    mailbox: { historyId, messagesTotal },
    changeSet: { fromHistoryId: undefined, toHistoryId: historyId, changes: [] },
    isComplete: true,
  };
}

async function readHistory(options: SyncOptions, known: MailboxState): Promise<MailboxSync> {
  const { gmail, accessToken } = options;
  const pages = await readPages(options, known.historyId);
  const changes = pages.flatMap((page) => page.changes);
  const isComplete = pages.at(-1)?.nextPageToken === undefined;
  const historyId = readUpTo(pages, known.historyId, isComplete);
  if (changes.length === 0) {
    return { mailbox: { historyId, messagesTotal: known.messagesTotal }, changeSet: undefined, isComplete };
  }
  const { messagesTotal } = await gmail.profile(accessToken);
  const changeSet = { fromHistoryId: known.historyId, toHistoryId: historyId, changes };
  return { mailbox: { historyId, messagesTotal }, changeSet, isComplete };
}

async function readPages({ gmail, accessToken, clock, until }: SyncOptions, startHistoryId: string) {
  const pages: HistoryPage[] = [];
  for (let pageToken: string | undefined; ;) {
    const page = await gmail.history(accessToken, { startHistoryId, pageToken });
    pages.push(page);
    pageToken = page.nextPageToken;
    if (pageToken === undefined || pages.length === maxPages || clock() >= until) return pages;
  }
}

/**
 * What came while the pages were read may be in none of them: so it is the mailbox's id as the first page had it, or the last
 * record's where that is later.
 */
function readUpTo(pages: readonly HistoryPage[], startHistoryId: string, isComplete: boolean): string {
  const lastRecordId = pages.findLast((page) => page.lastRecordId !== undefined)?.lastRecordId ?? startHistoryId;
  const [first] = pages;
  return isComplete && first ? laterOf(first.historyId, lastRecordId) : lastRecordId;
}

/** History ids are whole numbers of up to 64 bits. */
function laterOf(one: string, other: string): string {
  return BigInt(one) >= BigInt(other) ? one : other;
}
