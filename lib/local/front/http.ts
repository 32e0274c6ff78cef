/** What the endpoints of a provider's front get and give, over node:http. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { parseCookie, type Cookies } from 'cookie';
import type { Reply } from '../faulty-answer.ts';
import { Refusal } from './refusal.ts';

export type { Reply } from '../faulty-answer.ts';

export interface FrontRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly cookies: Cookies;
  readonly body: Buffer;
}

const maxBodyBytes = 1024 * 1024;

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

export function redirect(location: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 302, headers: { location, 'cache-control': 'no-store', ...headers }, body: '' };
}

/** `uri` with these parameters, each in place of one of its name; `undefined` leaves one out. */
export function withParameters(uri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** @throws Refusal when the target is no URL or the body is over 1 MiB. */
export async function readRequest(incoming: IncomingMessage, origin: string): Promise<FrontRequest> {
  const target = `${origin}${incoming.url ?? '/'}`;
  if (!URL.canParse(target)) throw new Refusal(400, { message: 'Malformed request target.' });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    if (!(chunk instanceof Buffer)) continue;
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Refusal(413, { message: 'Payload too large.' });
    chunks.push(chunk);
  }
  return {
    method: incoming.method ?? 'GET',
    url: new URL(target),
    headers: incoming.headers,
    cookies: parseCookie(incoming.headers.cookie ?? ''),
    body: Buffer.concat(chunks),
  };
}
