/** Answers a call to a stand-in, spoilt by the fault that it meets. */
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './faults.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** How a stand-in says no by itself. */
export type RefusingFault = Extract<Fault, { kind: 'status' | 'throttle' }>;

export interface Answering {
  /** Does what was asked for; never rejects. */
  work(): Promise<Reply>;
  /** As the real one would answer such a fault. */
  failure(fault: RefusingFault): Reply;
}

export async function respond(
  response: ServerResponse,
  fault: Fault | undefined,
  { work, failure }: Answering,
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      return send(response, await work());
    case 'status':
    case 'throttle':
      return send(response, failure(fault));
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

export function send(response: ServerResponse, { status, headers, body }: Reply): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
