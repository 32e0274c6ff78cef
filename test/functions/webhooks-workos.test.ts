import { describe, expect, it } from 'vitest';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import {
  workosEventNames,
  type WorkosEvent,
  type WorkosEventQueue,
} from '../../functions/shared/domain/workos-event.ts';
import { jsonError } from '../../functions/shared/http/errors.ts';
import { serve } from '../../functions/shared/http/serve.ts';
import { createWebhookSignatures } from '../../functions/shared/workos/webhook-signature.ts';
import { maxWebhookBytes, webhooksWorkos } from '../../functions/webhooks-workos/webhooks-workos.ts';
import { apiGatewayEvent } from '../support/api-gateway-event.ts';
import { collectLog } from '../support/collected-log.ts';
import { holdClock } from '../support/held-clock.ts';
import { signWebhook, webhookSecret, workosEventOf } from '../support/workos-webhooks.ts';

const clock = holdClock();
const user = {
  id: 'user_01HALICE',
  email: 'alice@example.com',
  first_name: 'Alice',
  last_name: 'Archer',
  profile_picture_url: null,
  updated_at: '2026-11-22T09:59:59.000Z',
};
const userUpdated = workosEventOf('user.updated', user, clock());

function start(options: { readonly queue?: WorkosEventQueue; readonly read?: () => Promise<string> } = {}) {
  const queued: WorkosEvent[] = [];
  const keep: WorkosEventQueue = {
    put: (event) => {
      queued.push(event);
      return Promise.resolve();
    },
  };
  const read = options.read ?? (() => Promise.resolve(webhookSecret));
  const signatures = createWebhookSignatures({ secret: { read, reread: read }, clock });
  const endpoint = webhooksWorkos({ signatures, queue: options.queue ?? keep });
  const log = collectLog();
  const handler = serve(endpoint, { log, errors: jsonError, maxBodyBytes: maxWebhookBytes });

  /** @param sent the header is made for it unless one is given. */
  async function deliver(sent: unknown, headers: Readonly<Record<string, string>> = signed(sent)) {
    const event = apiGatewayEvent('/webhooks/workos', { method: 'POST', body: textOf(sent), headers });
    const { statusCode, body, headers: answered } = await handler(event);
    return { status: statusCode, body: JSON.parse(body ?? '') as { readonly error?: string }, headers: answered };
  }
  return { deliver, handler, queued, log };
}

const textOf = (sent: unknown): string => (typeof sent === 'string' ? sent : JSON.stringify(sent));
const signed = (sent: unknown) => ({
  'content-type': 'application/json',
  'workos-signature': signWebhook(Buffer.isBuffer(sent) ? sent : textOf(sent), { timestamp: clock().getTime() }),
});

describe('POST /webhooks/workos', () => {
  it('queues what WorkOS signed, with what the worker needs and no more', async () => {
    const { deliver, queued } = start();
    const more = { ...userUpdated, data: { ...userUpdated.data, email_verified: true, metadata: { plan: 'team' } } };
    expect(await deliver(more)).toMatchObject({ status: 200, body: {} });
    const { id, created_at } = userUpdated;
    expect(queued).toStrictEqual([{ id, event: 'user.updated', created_at, data: user }]);
  });

  it.each([
    workosEventOf('session.revoked', { id: 'session_1', user_id: 'user_1' }, clock()),
    workosEventOf('user.deleted', { id: 'user_1' }, clock()),
    workosEventOf('organization_membership.created', { user_id: 'u', organization_id: 'o', status: 'active' }, clock()),
    workosEventOf('organization_membership.updated', { user_id: 'u', organization_id: 'o', status: 'active' }, clock()),
    workosEventOf('organization_membership.deleted', { user_id: 'u', organization_id: 'o', status: 'active' }, clock()),
  ])('queues $event', async (event) => {
    const { deliver, queued } = start();
    expect((await deliver(event)).status).toBe(200);
    expect(queued.map(({ id }) => id)).toStrictEqual([event.id]);
    expect(workosEventNames).toContain(event.event);
  });

  it('judges the bytes that came, also where API Gateway hands them over in base64 and with a byte order mark', async () => {
    const { handler, queued } = start();
    const body = Buffer.from(`\u{FEFF}${JSON.stringify({ ...userUpdated, data: { ...user, first_name: 'Zoë 李' } })}`);
    const headers = signed(body);
    const event = apiGatewayEvent('/webhooks/workos', { method: 'POST', body: body.toString('base64'), headers });
    expect(await handler({ ...event, isBase64Encoded: true })).toMatchObject({ statusCode: 200 });
    expect(queued).toMatchObject([{ data: { first_name: 'Zoë 李' } }]);
  });

  it.each([
    ['no signature', {}, 'missing'],
    ['an empty one', { 'workos-signature': '' }, 'missing'],
    ['one that is none', { 'workos-signature': 'Bearer x' }, 'malformed'],
    ['one of another body', signed('{}'), 'wrong'],
    [
      'one in seconds',
      { 'workos-signature': signWebhook(textOf(userUpdated), { timestamp: Math.floor(clock().getTime() / 1000) }) },
      'too old',
    ],
  ])('answers 400 to %s, queues nothing, and says so in one line without the body', async (_, headers, problem) => {
    const { deliver, queued, log } = start();
    expect(await deliver(userUpdated, headers)).toMatchObject({ status: 400, body: { error: 'invalid_signature' } });
    expect(queued).toStrictEqual([]);
    const failed = log.lines.filter(({ event }) => event !== 'request');
    expect(failed).toMatchObject([{ level: 'warn', event: 'request.failed', fields: { code: 'invalid_signature' } }]);
    expect(failed[0]?.cause).toMatchObject({ message: `the WorkOS-Signature is ${problem}` });
    expect(JSON.stringify(log.lines)).not.toMatch(/alice|user_01HALICE/);
  });

  it('lets events go that have no effect here', async () => {
    const { deliver, queued, log } = start();
    for (const event of [
      'user.created',
      'session.created',
      'dsync.group.created',
      'pipes.connected_account.connected',
    ]) {
      expect(await deliver({ ...userUpdated, event })).toMatchObject({ status: 200, body: {} });
    }
    expect(queued).toStrictEqual([]);
    expect(log.fieldsOf('webhook.ignored')).toHaveLength(4);
  });

  it.each([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['no event', { event: 'user.updated' }],
    ['a name that is none', { id: 'event_1', event: 'user updated\n' }],
  ])('answers 400 to what is signed and no event: %s', async (_, sent) => {
    const { deliver, queued } = start();
    expect(await deliver(sent)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(queued).toStrictEqual([]);
  });

  it('answers 415 to what says that it is no JSON', async () => {
    const { deliver, queued } = start();
    const headers = { ...signed(userUpdated), 'content-type': 'text/plain' };
    expect(await deliver(userUpdated, headers)).toMatchObject({ status: 415 });
    expect(queued).toStrictEqual([]);
  });

  it.each([
    ['a user without an e-mail address', { ...userUpdated, data: { ...user, email: undefined } }, ['data.email']],
    ['a change of no time', { ...userUpdated, data: { ...user, updated_at: 'yesterday' } }, ['data.updated_at']],
    ['a session without an id', { ...userUpdated, event: 'session.revoked', data: { user_id: 'user_1' } }, ['data.id']],
    ['a deletion of no time', { ...userUpdated, event: 'user.deleted', created_at: undefined }, ['created_at']],
  ])('answers 400 to an event that is not as we know it, and wakes an operator: %s', async (_, sent, fields) => {
    const { deliver, queued, log } = start();
    expect(await deliver(sent)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(queued).toStrictEqual([]);
    const line = log.lines.find(({ event }) => event === 'webhook.not_understood');
    expect(line).toMatchObject({ level: 'error', fields: { type: sent.event, eventId: sent.id, fields } });
    expect(JSON.stringify(log.lines)).not.toContain('alice');
  });

  it('answers 503 when the queue does not take it, so that WorkOS sends it again', async () => {
    const away = new AuthError('temporarily_unavailable', 'the queue', { cause: new Error('timeout') });
    const { deliver, log } = start({ queue: { put: () => Promise.reject(away) } });
    const { status, headers } = await deliver(userUpdated);
    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '5' });
    expect(log.lines.find(({ event }) => event === 'request.failed')).toMatchObject({ level: 'error' });
    expect(log.fieldsOf('webhook.queued')).toStrictEqual([]);
  });

  it('answers 503 while the secret is not set, and the log says what to do', async () => {
    const unset = new AuthError('temporarily_unavailable', 'WORKOS_WEBHOOK_SECRET: set it with npm run secret', {
      cause: new Error('not set'),
    });
    const { deliver, queued, log } = start({ read: () => Promise.reject(unset) });
    expect(await deliver(userUpdated)).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect(queued).toStrictEqual([]);
    expect(log.lines.find(({ event }) => event === 'request.failed')).toMatchObject({ level: 'error', cause: unset });
  });

  it('takes up to 256 KB', async () => {
    const { deliver, queued } = start();
    const sized = (bytes: number): string => {
      const empty = { ...userUpdated, context: { padding: '' } };
      return textOf({ ...empty, context: { padding: 'x'.repeat(bytes - textOf(empty).length) } });
    };
    expect((await deliver(sized(256 * 1024))).status).toBe(200);
    expect(await deliver(sized(256 * 1024 + 1))).toMatchObject({ status: 413, body: { error: 'payload_too_large' } });
    expect(queued).toHaveLength(1);
  });

  it('has neither cookies nor anything to cache', async () => {
    const { deliver } = start();
    expect((await deliver(userUpdated)).headers).toMatchObject({ 'cache-control': 'private, no-store' });
  });
});
