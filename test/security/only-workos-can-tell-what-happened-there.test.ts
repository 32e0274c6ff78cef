/** Threat 25: a webhook's signature, its time and its body (a forged one would sign people out, or change who they are). */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { password } from '../support/cookie-passwords.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { operatorOf } from '../support/operator.ts';
import { UserAgent } from '../support/user-agent.ts';
import { digestOf, signWebhook, webhookSecret, workosEventOf } from '../support/workos-webhooks.ts';

const gatehouse = await startGatehouse({
  environment: { WORKOS_COOKIE_PASSWORD: password, WORKOS_WEBHOOK_SECRET: webhookSecret },
});
const { url, workos, queues } = gatehouse;

const browser = new UserAgent();
let workosUserId: string;
beforeAll(async () => {
  await browser.signIn(url);
  workosUserId = workos.sessions.at(-1)?.userId ?? '';
});

/** That the user was deleted: what a forger would like to say. */
let body: string;
beforeEach(() => {
  body = JSON.stringify(workosEventOf('user.deleted', { id: workosUserId }, new Date()));
});

async function deliver(sent: string, headers: Readonly<Record<string, string>>) {
  const response = await fetch(`${url}/webhooks/workos`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: sent,
  });
  return { status: response.status, body: (await response.json()) as { readonly error?: string } };
}

const signatureOf = (sent: string, options: { secret?: string; aheadMs?: number } = {}) => ({
  'workos-signature': signWebhook(sent, { ...options, timestamp: Date.now() + (options.aheadMs ?? 0) }),
});

async function expectNothingToHaveHappened(): Promise<void> {
  await queues.settled();
  expect((await browser.send(`${url}/sessions`)).status).toBe(200);
  expect(await operatorOf(gatehouse).users()).toMatchObject([{ status: 'active', email: 'alice@example.com' }]);
}

describe('a webhook', () => {
  const minutes = 60_000;

  it.each<[string, (sent: string) => Readonly<Record<string, string>>]>([
    ['without a signature', () => ({})],
    ['signed with another secret', (sent) => signatureOf(sent, { secret: 'whsec_of_a_stranger' })],
    ['signed with an empty secret', (sent) => signatureOf(sent, { secret: '' })],
    ['of more than three minutes ago', (sent) => signatureOf(sent, { aheadMs: -3 * minutes - 1000 })],
    ['of more than three minutes from now', (sent) => signatureOf(sent, { aheadMs: 3 * minutes + 5000 })],
    [
      'signed in seconds',
      (sent) => ({ 'workos-signature': signWebhook(sent, { timestamp: Math.floor(Date.now() / 1000) }) }),
    ],
    ['with the signature of another body', () => signatureOf('{}')],
    [
      'with the time moved into reach',
      (sent) => ({
        'workos-signature': `t=${Date.now()}, v1=${digestOf(sent, { timestamp: Date.now() - 10 * minutes })}`,
      }),
    ],
    ['with two times', (sent) => ({ 'workos-signature': `t=1, ${signatureOf(sent)['workos-signature']}` })],
    [
      'with a cookie and a token instead',
      () => ({ cookie: 'wos-session=x', authorization: `Bearer ${webhookSecret}` }),
    ],
  ])('%s is refused and has no effect', async (_, headersFor) => {
    expect(await deliver(body, headersFor(body))).toMatchObject({ status: 400, body: { error: 'invalid_signature' } });
    await expectNothingToHaveHappened();
  });

  it.each<[string, (sent: string) => string]>([
    ['another user', (sent) => sent.replace('user_', 'user_x')],
    ['another event', (sent) => sent.replace('user.deleted', 'user.updated')],
    ['a blank more', (sent) => `${sent} `],
    ['a second member of the same name', (sent) => sent.replace('{', '{"id":"event_x",')],
  ])('whose body was changed on the way is refused: %s', async (_, change) => {
    expect(await deliver(change(body), signatureOf(body))).toMatchObject({ status: 400 });
    await expectNothingToHaveHappened();
  });

  it('is refused under another method, and has no effect', async () => {
    const headers = signatureOf('');
    expect((await fetch(`${url}/webhooks/workos`, { headers })).status).toBe(405);
    expect((await fetch(`${url}/webhooks/workos`, { method: 'PUT', headers: signatureOf(body), body })).status).toBe(
      405,
    );
    await expectNothingToHaveHappened();
  });

  it('that was recorded and is sent again has its effect once', async () => {
    const user = {
      id: workosUserId,
      email: 'alice@example.com',
      first_name: 'Alix',
      last_name: null,
      profile_picture_url: null,
      updated_at: new Date().toISOString(),
    };
    const sent = JSON.stringify(workosEventOf('user.updated', user, new Date()));
    const recorded = signatureOf(sent);
    for (let time = 0; time < 3; time += 1) expect((await deliver(sent, recorded)).status).toBe(200);
    await queues.settled();
    const events = gatehouse.logLines.map(({ record }) => record?.['event']);
    expect(events.filter((event) => event === 'webhook.applied')).not.toStrictEqual([]);
    expect(events.filter((event) => event === 'webhook.applied' || event === 'webhook.repeated')).toHaveLength(3);
    expect(await operatorOf(gatehouse).users()).toMatchObject([{ name: 'Alix' }]);
  });

  it('leaves nothing of its body, its signature or its secret in any log', () => {
    const lines = gatehouse.logLines.map(({ text }) => text).join('\n');
    expect(lines).toContain('the WorkOS-Signature is too new');
    for (const secret of [webhookSecret, 'alice@example.com', 'Alix', workosUserId, 'v1=']) {
      expect(lines).not.toContain(secret);
    }
  });

  it('of WorkOS itself has its effect', async () => {
    expect((await deliver(body, signatureOf(body))).status).toBe(200);
    await queues.settled();
    expect((await browser.send(`${url}/sessions`)).status).toBe(401);
  });
});
