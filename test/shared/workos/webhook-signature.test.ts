/** WorkOS's signatures: what is accepted, what is not, and that we and WorkOS's SDK agree where we should. */
import { SignatureVerificationException, WorkOS } from '@workos-inc/node';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWebhookSignatures } from '../../../functions/shared/workos/webhook-signature.ts';
import { holdClock } from '../../support/held-clock.ts';
import { digestOf, signWebhook, webhookSecret } from '../../support/workos-webhooks.ts';

const minutes = 60_000;
const clock = holdClock();
const now = clock().getTime();
const body = '{"id":"event_1","event":"user.deleted","data":{"id":"user_1"},"created_at":"2026-11-22T10:00:00.000Z"}';
const fresh = { timestamp: now };

/** A secret that is as it was read, until it is read anew. */
function secretOf(...values: readonly [string, ...string[]]) {
  let reads = 0;
  const valueNow = () => Promise.resolve(values[Math.min(reads, values.length - 1)] ?? '');
  const reread = () => {
    reads += 1;
    return valueNow();
  };
  return { read: valueNow, reread, rereads: () => reads };
}

async function problemOf(
  header: string | undefined,
  sent: string | Uint8Array = body,
  secret = secretOf(webhookSecret),
) {
  return createWebhookSignatures({ secret, clock }).problemOf(header, Buffer.from(sent));
}

describe('problemOf()', () => {
  it('has none with what WorkOS signed just now', async () => {
    expect(await problemOf(signWebhook(body, fresh))).toBeUndefined();
  });

  it.each([
    ['a byte order mark', '\u{FEFF}{"id":"event_1"}'],
    ['letters of several bytes', '{"name":"Zoë 李 🦊"}'],
    ['line ends of both kinds', '{\r\n"id":1\n}'],
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['bytes that are no UTF-8', Uint8Array.of(0xff, 0xfe, 0x00)],
  ])('judges the bytes as they came: %s', async (_, sent) => {
    expect(await problemOf(signWebhook(sent, fresh), sent)).toBeUndefined();
    expect(await problemOf(signWebhook(sent, fresh), Buffer.concat([Buffer.from(sent), Buffer.from(' ')]))).toBe(
      'wrong',
    );
  });

  it.each([
    ['one letter of the body differs', body.replace('user_1', 'user_2')],
    ['the body is spelt otherwise', JSON.stringify(JSON.parse(body), null, 1)],
    ['the body goes on', `${body}\n`],
    ['the body is cut', body.slice(0, -1)],
  ])('is "wrong" when %s', async (_, sent) => {
    expect(await problemOf(signWebhook(body, fresh), sent)).toBe('wrong');
  });

  it('is "wrong" with another secret, another time, and a body whose beginning moved into the time', async () => {
    expect(await problemOf(signWebhook(body, { ...fresh, secret: 'whsec_of_others' }))).toBe('wrong');
    expect(await problemOf(`t=${now + 1}, v1=${digestOf(body, fresh)}`)).toBe('wrong');
    expect(await problemOf(`t=${now}, v1=${digestOf(`0.${body}`, { timestamp: now })}`, body)).toBe('wrong');
  });

  it.each([
    [-3 * minutes - 1, 'too old'],
    [-3 * minutes, undefined],
    [3 * minutes, undefined],
    [3 * minutes + 1, 'too new'],
    [365 * 24 * 60 * minutes, 'too new'],
  ])('of a time that is %s ms ahead is %s', async (aheadMs, problem) => {
    expect(await problemOf(signWebhook(body, { timestamp: now + aheadMs }))).toBe(problem);
  });

  it('is "too old" with a time in seconds', async () => {
    expect(await problemOf(signWebhook(body, { timestamp: Math.floor(now / 1000) }))).toBe('too old');
  });

  it('has none when one of several signatures fits: WorkOS is changing its secret', async () => {
    const [ours, other] = [digestOf(body, fresh), digestOf(body, { ...fresh, secret: 'whsec_next' })];
    expect(await problemOf(`t=${now}, v1=${other}, v1=${ours}`)).toBeUndefined();
    expect(await problemOf(`t=${now},v1=${ours},v1=${other}`)).toBeUndefined();
    expect(await problemOf(`t=${now}, v1=${other}, v1=${other}`)).toBe('wrong');
  });

  it.each([undefined, ''])('is "missing" without a header: %s', async (header) => {
    expect(await problemOf(header)).toBe('missing');
  });

  const digest = digestOf(body, fresh);
  it.each([
    'x',
    'Bearer x',
    `t=${now}`,
    `v1=${digest}`,
    `t=, v1=${digest}`,
    `t=${now}, v1=`,
    `t=${now}, v0=${digest}`,
    `t=${now}; v1=${digest}`,
    `t=${now}, v1=${digest.toUpperCase()}`,
    `t=${now}, v1=${digest}00`,
    `t=${now}, v1=${Buffer.from(digest, 'hex').toString('base64')}`,
    `t=${now}, v1=${digest}, v1=x`,
    `t=${now}, t=${now}, v1=${digest}`,
    `t=+${now}, v1=${digest}`,
    `t=${now}.0, v1=${digest}`,
    `t=1e13, v1=${digest}`,
    `t=-1, v1=${digest}`,
    `t=9${now}000, v1=${digest}`,
  ])('is "malformed": %s', async (header) => {
    expect(await problemOf(header)).toBe('malformed');
  });

  it('reads no secret for what is missing, malformed or of another time', async () => {
    const secret = { read: () => Promise.reject(new Error('read')), reread: () => Promise.reject(new Error('reread')) };
    const { problemOf: ask } = createWebhookSignatures({ secret, clock });
    for (const header of [undefined, 'x', signWebhook(body, { timestamp: 1 })]) {
      expect(await ask(header, Buffer.from(body))).toEqual(expect.any(String));
    }
  });

  it('reads the secret anew when a signature does not fit: it may have been replaced', async () => {
    const secret = secretOf('whsec_before', webhookSecret);
    expect(await problemOf(signWebhook(body, fresh), body, secret)).toBeUndefined();
    expect(secret.rereads()).toBe(1);
    const current = secretOf(webhookSecret);
    await problemOf(signWebhook(body, fresh), body, current);
    expect(current.rereads()).toBe(0);
  });
});

describe('we and WorkOS’s SDK', () => {
  const { webhooks } = new WorkOS('sk_test');
  beforeEach(() => void vi.useFakeTimers({ now, toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  async function isAcceptedBySdk(header: string, sent: string): Promise<boolean> {
    try {
      await webhooks.verifyHeader({ payload: sent, sigHeader: header, secret: webhookSecret });
      return true;
    } catch (error) {
      if (error instanceof SignatureVerificationException) return false;
      throw error;
    }
  }

  it('agree on any body, secret and time up to now', async () => {
    const property = fc.asyncProperty(
      fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed() && !text.startsWith('\u{FEFF}')),
      fc.constantFrom(webhookSecret, 'whsec_of_others'),
      fc.integer({ min: -4 * minutes, max: 0 }),
      fc.boolean(),
      async (text, secret, aheadMs, isTampered) => {
        const header = signWebhook(text, { secret, timestamp: now + aheadMs });
        const sent = isTampered ? `${text}x` : text;
        expect((await problemOf(header, sent)) === undefined).toBe(await isAcceptedBySdk(header, sent));
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  it('agree on an event that the SDK makes of it', async () => {
    const header = signWebhook(body, fresh);
    const event = await webhooks.constructEvent({ payload: body, sigHeader: header, secret: webhookSecret });
    expect(event).toMatchObject({ id: 'event_1', event: 'user.deleted' });
    expect(await problemOf(header)).toBeUndefined();
  });

  it('differ on the future, which the SDK accepts however far it is', async () => {
    const header = signWebhook(body, { timestamp: now + 365 * 24 * 60 * minutes });
    expect(await isAcceptedBySdk(header, body)).toBe(true);
    expect(await problemOf(header)).toBe('too new');
  });
});
