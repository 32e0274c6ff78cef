import { describe, expect, it } from 'vitest';
import { createGmailApi } from '../../../functions/shared/providers/gmail-api.ts';
import { failureOf, startProvider } from '../../support/provider-client.ts';
import type { ScriptedAnswer } from '../../support/scripted-server.ts';

const accessToken = 'canary-access-token';

const start = async (answer: ScriptedAnswer) => {
  const provider = await startProvider(() => answer);
  return { gmail: createGmailApi(provider.options), requests: provider.requests };
};
const message = (id: string, ...labelIds: string[]) => ({ message: { id, threadId: `t${id}`, labelIds } });

describe('createGmailApi()', () => {
  it('reads the profile', async () => {
    const body = { emailAddress: 'a@example.com', messagesTotal: 12, threadsTotal: 9, historyId: '77' };
    const { gmail, requests } = await start({ body });
    expect(await gmail.profile(accessToken)).toEqual({
      emailAddress: 'a@example.com',
      messagesTotal: 12,
      historyId: '77',
    });
    expect(requests[0]).toMatchObject({ target: '/gmail/v1/users/me/profile' });
  });

  it('reads a page of history as ids and labels, in its order', async () => {
    const history = [
      { id: '70', messages: [{ id: '1' }], messagesAdded: [message('1', 'INBOX', 'UNREAD')] },
      { id: '71', labelsRemoved: [{ ...message('1', 'INBOX'), labelIds: ['UNREAD'] }] },
      { id: '72', labelsAdded: [{ ...message('1'), labelIds: ['STARRED'] }], messagesDeleted: [message('2')] },
    ];
    const { gmail, requests } = await start({ body: { history, historyId: '99', nextPageToken: 'p2' } });
    expect(await gmail.history(accessToken, { startHistoryId: '69', pageToken: 'p1' })).toEqual({
      changes: [
        { messageId: '1', threadId: 't1', change: 'added', labels: ['INBOX', 'UNREAD'] },
        { messageId: '1', threadId: 't1', change: 'labels_removed', labels: ['UNREAD'] },
        { messageId: '2', threadId: 't2', change: 'deleted', labels: [] },
        { messageId: '1', threadId: 't1', change: 'labels_added', labels: ['STARRED'] },
      ],
      lastRecordId: '72',
      historyId: '99',
      nextPageToken: 'p2',
    });
    const { searchParams } = new URL(requests[0]?.target ?? '', 'http://gmail');
    expect(Object.fromEntries(searchParams)).toEqual({ startHistoryId: '69', maxResults: '500', pageToken: 'p1' });
  });

  it('knows a mailbox in which nothing has happened', async () => {
    const { gmail } = await start({ body: { historyId: '69' } });
    const idle = { changes: [], lastRecordId: undefined, historyId: '69', nextPageToken: undefined };
    expect(await gmail.history(accessToken, { startHistoryId: '69' })).toEqual(idle);
  });

  const refusal = (reason: string) => ({ error: { code: 403, message: 'a sentence', errors: [{ reason }] } });
  it.each([
    [403, refusal('rateLimitExceeded'), 'later', 'rateLimitExceeded'],
    [403, refusal('userRateLimitExceeded'), 'later', 'userRateLimitExceeded'],
    [403, refusal('dailyLimitExceeded'), 'later', 'dailyLimitExceeded'],
    [403, refusal('insufficientPermissions'), 'forbidden', 'insufficientPermissions'],
    [403, refusal('accessNotConfigured'), 'misconfigured', 'accessNotConfigured'],
    [
      403,
      { error: { details: [{}, { reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }] } },
      'forbidden',
      'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    ],
    [403, refusal('somethingNew'), 'unexpected', 'somethingNew'],
    [401, refusal('authError'), 'later', 'authError'],
    [404, refusal('notFound'), 'not_found', 'notFound'],
    [400, '<html>a sentence</html>', 'unexpected', undefined],
    [500, '<html>a sentence</html>', 'later', '500'],
    [200, { historyId: 7 }, 'unexpected', undefined],
  ])('takes %d %j for %s', async (status, body, kind, reason) => {
    const { gmail } = await start({ status, body });
    const failure = await failureOf(gmail.history(accessToken, { startHistoryId: '1' }));
    expect(failure).toMatchObject({ kind, reason });
  });
});
