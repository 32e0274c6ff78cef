/** Gmail's REST API, v1. */
import * as v from 'valibot';
import type { Clock } from '../domain/clock.ts';
import type { MailboxChange } from '../domain/events.ts';
import type { Gmail } from '../domain/gmail.ts';
import type { Fetch } from '../outbound/fetch.ts';
import { callProvider, parseAnswer, type ProviderAnswer } from './call-provider.ts';
import { apiFailure } from './google-failure.ts';

const profileAnswer = v.object({ emailAddress: v.string(), messagesTotal: v.number(), historyId: v.string() });

const message = v.object({ id: v.string(), threadId: v.string(), labelIds: v.optional(v.array(v.string()), []) });
const withMessage = v.optional(v.array(v.object({ message })), []);
const withLabels = v.optional(v.array(v.object({ message, labelIds: v.array(v.string()) })), []);
const historyAnswer = v.object({
  history: v.optional(
    v.array(
      v.object({
        id: v.string(),
        messagesAdded: withMessage,
        messagesDeleted: withMessage,
        labelsAdded: withLabels,
        labelsRemoved: withLabels,
      }),
    ),
    [],
  ),
  historyId: v.string(),
  nextPageToken: v.optional(v.string()),
});
type HistoryRecord = v.InferOutput<typeof historyAnswer>['history'][number];

/** The most that Gmail gives at a time. */
const recordsPerPage = 500;

export interface GmailApiOptions {
  /** An origin that stands for Google's; empty for the real one. */
  readonly url: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

export function createGmailApi({ url, fetch, clock }: GmailApiOptions): Gmail {
  const ask = async (what: string, path: string, accessToken: string): Promise<ProviderAnswer> => {
    const target = new URL(`/gmail/v1/users/me/${path}`, url || 'https://gmail.googleapis.com');
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await callProvider(fetch, { what, url: target, headers }, clock());
    if (answer.status !== 200) throw apiFailure(what, answer);
    return answer;
  };

  return {
    async profile(accessToken) {
      const what = 'Gmail profile';
      return parseAnswer(what, profileAnswer, await ask(what, 'profile', accessToken));
    },

    async history(accessToken, { startHistoryId, pageToken }) {
      const what = 'Gmail history';
      const query = new URLSearchParams({
        startHistoryId,
        maxResults: String(recordsPerPage),
        ...(pageToken !== undefined && { pageToken }),
      });
      const page = parseAnswer(what, historyAnswer, await ask(what, `history?${query}`, accessToken));
      return {
        changes: page.history.flatMap(toChanges),
        lastRecordId: page.history.at(-1)?.id,
        historyId: page.historyId,
        nextPageToken: page.nextPageToken,
      };
    },
  };
}

function toChanges(record: HistoryRecord): MailboxChange[] {
  const ofMessages = (change: 'added' | 'deleted', entries: HistoryRecord['messagesAdded']): MailboxChange[] =>
    entries.map(({ message: { id, threadId, labelIds } }) => ({ messageId: id, threadId, change, labels: labelIds }));
  const ofLabels = (
    change: 'labels_added' | 'labels_removed',
    entries: HistoryRecord['labelsAdded'],
  ): MailboxChange[] =>
    entries.map(({ message: { id, threadId }, labelIds }) => ({ messageId: id, threadId, change, labels: labelIds }));
  return [
    ...ofMessages('added', record.messagesAdded),
    ...ofMessages('deleted', record.messagesDeleted),
    ...ofLabels('labels_added', record.labelsAdded),
    ...ofLabels('labels_removed', record.labelsRemoved),
  ];
}
