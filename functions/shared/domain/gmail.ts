/** Gmail's API, as far as the offline worker needs it. */
import type { MailboxChange } from './events.ts';

export interface GmailProfile {
  readonly emailAddress: string;
  readonly messagesTotal: number;
  /** Of the mailbox as it is now. */
  readonly historyId: string;
}

export interface HistoryPage {
  /** In the order in which they happened. */
  readonly changes: readonly MailboxChange[];
  /** Of the last record of this page; `undefined` where it has none. */
  readonly lastRecordId: string | undefined;
  /** Of the mailbox as it is now, whatever page this is. */
  readonly historyId: string;
  readonly nextPageToken: string | undefined;
}

export interface Gmail {
  /** 1 quota unit. @throws ProviderFailure */
  profile(accessToken: string): Promise<GmailProfile>;
  /**
   * What changed after `startHistoryId`; 2 quota units a page.
   * @throws ProviderFailure `not_found` when Gmail does not know that id any more.
   */
  history(
    accessToken: string,
    from: { readonly startHistoryId: string; readonly pageToken?: string | undefined },
  ): Promise<HistoryPage>;
}
