/** WorkOS's webhook signature: `WorkOS-Signature: t=<unix ms>, v1=<hex HMAC-SHA-256 of "t.body">`, `v1` once for each secret. */
import { createHmac } from 'node:crypto';
import { isEqual } from '../crypto/constant-time.ts';
import type { Clock } from '../domain/clock.ts';
import type { SignatureProblem, WebhookSignatures } from '../domain/webhook-signatures.ts';

/** As WorkOS's SDK has it for the past. */
const toleranceMs = 3 * 60_000;

export interface WebhookSignaturesOptions {
  readonly secret: { read(): Promise<string>; reread(): Promise<string> };
  readonly clock: Clock;
}

/**
 * By hand and not by the SDK's `constructEvent()`, which accepts any time in the future, decodes the body before it verifies
 * it, and looks at one `v1` only; the tests hold the two against each other where they should agree.
 */
export function createWebhookSignatures({ secret, clock }: WebhookSignaturesOptions): WebhookSignatures {
  return {
    async problemOf(header, body) {
      const signature = parse(header, clock());
      // Before the secret is read: junk costs nothing.
      if (typeof signature === 'string') return signature;
      const fits = (candidate: string): boolean => {
        const expected = sign(signature.timestamp, body, candidate);
        return signature.digests.some((digest) => isEqual(digest, expected));
      };
      // Read anew, at most once a minute: the secret may have been replaced while this instance lived.
      return fits(await secret.read()) || fits(await secret.reread()) ? undefined : 'wrong';
    },
  };
}

/** The digest that belongs to a body at a time. @param timestamp as it stands in the header. */
export function sign(timestamp: string, body: Uint8Array, secret: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
}

interface Signature {
  readonly timestamp: string;
  readonly digests: readonly string[];
}

function parse(header: string | undefined, now: Date): Signature | SignatureProblem {
  if (header === undefined || header === '') return 'missing';
  const parts = header.split(',').map((part) => part.trim());
  const valuesOf = (name: string): readonly string[] =>
    parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1));
  const [timestamp, ...others] = valuesOf('t');
  const digests = valuesOf('v1');
  const isWellFormed =
    others.length === 0 && digests.length > 0 && digests.every((each) => /^[0-9a-f]{64}$/.test(each));
  if (timestamp === undefined || !/^\d{1,15}$/.test(timestamp) || !isWellFormed) return 'malformed';
  const aheadMs = Number(timestamp) - now.getTime();
  if (Math.abs(aheadMs) <= toleranceMs) return { timestamp, digests };
  return aheadMs < 0 ? 'too old' : 'too new';
}
