/** Answers a call to AWS, spoilt by the fault that it meets. */
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../faults.ts';
import { AwsError, type AwsService, type Reply } from './aws-service.ts';

/** @param work does what was asked for; it never rejects. */
export async function respond(
  response: ServerResponse,
  service: AwsService,
  fault: Fault | undefined,
  work: () => Promise<Reply>,
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      return send(response, await work());
    case 'status':
      return send(response, failure(service, fault.status).toReply());
    case 'throttle':
      return send(response, failure(service, 400).toReply());
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

/** AWS throttles with 400 or 429 and a name of the service's own. */
function failure({ throttlingCode }: AwsService, status: number): AwsError {
  const because = 'because LOCAL_FAULTS says so';
  if (status === 400 || status === 429) return new AwsError(throttlingCode, `Rate exceeded, ${because}.`, status);
  const code = status >= 500 ? 'InternalServerError' : 'ClientError';
  return new AwsError(code, `The local cloud answers ${status} here ${because}.`, status);
}
