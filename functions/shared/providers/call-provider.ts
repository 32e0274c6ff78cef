/** One call to a provider, bounded in time. What was sent and what the provider says in words reach no message. */
import * as v from 'valibot';
import { ProviderFailure } from '../domain/provider.ts';
import type { Fetch, FetchAnswer } from '../outbound/fetch.ts';

/** Two calls and ours fit into what an endpoint has. */
const timeoutMs = 4500;

export interface ProviderCall {
  /** For messages: `Google token`. */
  readonly what: string;
  readonly url: URL;
  readonly method?: 'DELETE' | 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: object;
}

export interface ProviderAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** Parsed; `undefined` for what is no JSON. */
  readonly body: unknown;
}

/** @throws ProviderFailure `later` where nobody answered, too slowly, with 429 or with 5xx; everything else is the caller's to judge. */
export async function callProvider(fetch: Fetch, call: ProviderCall, now: Date): Promise<ProviderAnswer> {
  const { what, url, method = 'GET', form, json } = call;
  const body = form ? new URLSearchParams(form).toString() : json && JSON.stringify(json);
  let answer: FetchAnswer;
  try {
    answer = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(json && { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (cause) {
    throw new ProviderFailure('later', `${what}: no answer`, { cause });
  }
  const header = (name: string): string | undefined => answer.headers.get(name) ?? undefined;
  if (answer.status === 429 || answer.status >= 500) {
    const retryAfterSeconds = secondsUntilAllowed({ header }, now);
    throw new ProviderFailure('later', `${what}: ${answer.status}`, {
      reason: String(answer.status),
      retryAfterSeconds,
    });
  }
  return { status: answer.status, header, body: parseJson(await answer.text()) };
}

/** @throws ProviderFailure `unexpected` for another shape than documented. */
export function parseAnswer<const Schema extends v.GenericSchema>(
  what: string,
  schema: Schema,
  { status, body }: ProviderAnswer,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return parsed.output;
  // Names of the schema's own; values are none of the log's business.
  const fields = parsed.issues.map((issue) => v.getDotPath(issue) ?? 'the body');
  throw new ProviderFailure('unexpected', `${what}: ${status}, and not as documented: ${fields.join(', ')}`);
}

/** A provider's word for what went wrong, if it is one. */
export function toReason(text: unknown): string | undefined {
  return typeof text === 'string' && /^[\w.-]{1,64}$/.test(text) ? text : undefined;
}

/** `Retry-After`; or, where GitHub's limit is used up, until when that is, with 403 as with 429. `undefined` where neither is said. */
export function secondsUntilAllowed({ header }: Pick<ProviderAnswer, 'header'>, now: Date): number | undefined {
  const retryAfter = readRetryAfter(header('retry-after'), now);
  if (retryAfter !== undefined || header('x-ratelimit-remaining') !== '0') return retryAfter;
  const resetAtMs = Number(header('x-ratelimit-reset')) * 1000;
  return Number.isNaN(resetAtMs) ? 60 : Math.max(1, Math.ceil((resetAtMs - now.getTime()) / 1000));
}

/** RFC 9110 §10.2.3: seconds or a date. */
function readRetryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - now.getTime()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
