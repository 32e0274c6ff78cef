/** A connected mailbox from its first turn to its last, on the real functions, queue, bus and schedule's job. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { consentInBrowser } from '../support/consent-in-browser.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { operatorOf } from '../support/operator.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, google, queues } = gatehouse;
const operator = operatorOf(gatehouse);
const email = 'bob@example.com';

const browser = new UserAgent();
await browser.signIn(url, { login_hint: email });

const mailboxAnswer = v.object({
  emailAddress: v.string(),
  messagesTotal: v.nullable(v.number()),
  historyId: v.nullable(v.string()),
  lastSyncedAt: v.nullable(v.string()),
});

async function mailbox() {
  const answer = await browser.send(`${url}/gmail/mailbox`);
  expect(answer.status).toBe(200);
  return v.parse(mailboxAnswer, JSON.parse(answer.body));
}

/** A cadence later, as far as the job and the rows know. */
async function takeTurns(): Promise<unknown> {
  await operator.makeTurnsDue();
  const sent = await gatehouse.invoke('refresh-due-modules', {});
  await queues.settled();
  return sent;
}

const told = (name: string) =>
  gatehouse.aws.events.flatMap(({ detailType, detail }) => (detailType === name ? [detail] : []));
const errors = () => gatehouse.logLines.filter(({ record }) => record?.['level'] === 'error');

describe('a mailbox that is connected', () => {
  it('has its first turn at once', async () => {
    const end = await consentInBrowser(`${url}/oauth/gmail/connect`, `${url}/dashboard`, browser);
    expect(end.searchParams.get('connected')).toBe('gmail');
    await queues.settled();
    const messages = await google.messageIds(email);
    const { historyId, ...synced } = await mailbox();
    expect(synced).toStrictEqual({
      emailAddress: email,
      messagesTotal: messages.length,
      lastSyncedAt: expect.any(String),
    });
    expect(told('gmail.mailbox.changed')).toStrictEqual([
      { userId: expect.stringMatching(/^usr_/), toHistoryId: historyId, part: 1, parts: 1, changes: [] },
    ]);
  });

  it('is left in peace while nothing happens in it', async () => {
    const before = { events: told('gmail.mailbox.changed').length, profiles: google.calls.get('gmail.profile') };
    expect(await takeTurns()).toMatchObject({ sent: 1 });
    expect(told('gmail.mailbox.changed')).toHaveLength(before.events);
    expect(google.calls.get('gmail.profile')).toBe(before.profiles);
  });

  it('shows new mail within a turn, and tells the bus which message it is', async () => {
    const before = await mailbox();
    const messageId = await google.deliver(email, { subject: 'canary-subject' });
    await takeTurns();
    const after = await mailbox();
    expect(after.messagesTotal).toBe((before.messagesTotal ?? 0) + 1);
    expect(BigInt(after.historyId ?? 0)).toBeGreaterThan(BigInt(before.historyId ?? 0));
    const [event] = told('gmail.mailbox.changed').slice(-1);
    expect(event).toMatchObject({ fromHistoryId: before.historyId, toHistoryId: after.historyId });
    const change = { messageId, change: 'added', labels: expect.arrayContaining(['INBOX']) };
    expect(event).toMatchObject({ changes: expect.arrayContaining([expect.objectContaining(change)]) });
    expect(JSON.stringify(gatehouse.aws.events)).not.toContain('canary-subject');
  });

  it('needs a new consent once its grant is over, is told once, and has no further turn', async () => {
    google.revokeGrant(email);
    await takeTurns();
    expect(await browser.send(`${url}/gmail/mailbox`)).toMatchObject({
      status: 409,
      body: expect.stringContaining('reauthorization_required'),
    });
    expect(await takeTurns()).toMatchObject({ sent: 0 });
    expect(told('module.reauthorization_required')).toStrictEqual([
      { userId: expect.stringMatching(/^usr_/), module: 'gmail', problem: 'grant_revoked' },
    ]);
  });

  it('goes on at once when it is connected again', async () => {
    await consentInBrowser(`${url}/oauth/gmail/connect`, `${url}/dashboard`, browser);
    await queues.settled();
    expect((await mailbox()).lastSyncedAt).toEqual(expect.any(String));
    expect(told('module.recovered')).toHaveLength(1);
    expect(errors()).toStrictEqual([]);
  });
});
