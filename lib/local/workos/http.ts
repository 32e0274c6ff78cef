/** What the front's endpoints get and give, over node:http, and how a fault spoils it. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseCookie, type Cookies } from 'cookie';
import type { Fault } from '../faults.ts';
import { newId } from './ids.ts';
import { Refusal } from './refusals.ts';

export interface FrontRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly cookies: Cookies;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const maxBodyBytes = 1024 * 1024;

export function json(status: number, value: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}

export function redirect(location: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 302, headers: { location, 'cache-control': 'no-store', ...headers }, body: '' };
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

/** Does the work and answers it, unless the fault says otherwise. */
export async function respond(
  response: ServerResponse,
  fault: Fault | undefined,
  work: () => Promise<Reply>,
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      return send(response, await work());
    case 'status':
      return send(response, statusReply(fault.status, fault.retryAfterSeconds));
    case 'throttle':
      return send(response, statusReply(429, 1));
    case 'html':
      return send(response, {
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
      });
    case 'slow': {
      const reply = await work();
      await delay(fault.ms, undefined, { ref: false });
      return send(response, reply);
    }
    case 'hang':
      return;
    case 'lost':
      await work();
      response.destroy();
  }
}

function statusReply(status: number, retryAfterSeconds: number | undefined): Reply {
  const reply = json(status, { message: `The local cloud answers ${status} here because LOCAL_FAULTS says so.` });
  if (retryAfterSeconds === undefined) return reply;
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(retryAfterSeconds) } };
}

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  response.writeHead(reply.status, { 'x-request-id': newId('req'), ...reply.headers });
  response.end(reply.body);
}
