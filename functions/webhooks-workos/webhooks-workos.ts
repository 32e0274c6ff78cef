/** `POST /webhooks/workos`: takes what WorkOS tells, verified, into the queue, and answers at once. */
import * as v from 'valibot';
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Log } from '../shared/domain/log.ts';
import type { WebhookSignatures } from '../shared/domain/webhook-signatures.ts';
import {
  anyWorkosEvent,
  type WorkosEvent,
  workosEvent,
  workosEventNames,
  type WorkosEventQueue,
} from '../shared/domain/workos-event.ts';
import { readJson } from '../shared/http/json-body.ts';
import type { HttpRequest } from '../shared/http/request.ts';
import { json } from '../shared/http/response.ts';
import type { Endpoint } from '../shared/http/serve.ts';

export const maxWebhookBytes = 256 * 1024;

export interface WebhooksWorkosDependencies {
  readonly signatures: WebhookSignatures;
  readonly queue: WorkosEventQueue;
}

export function webhooksWorkos({ signatures, queue }: WebhooksWorkosDependencies): Endpoint {
  return async (request, { log }) => {
    const problem = await signatures.problemOf(request.headers['workos-signature'], request.body);
    if (problem) throw new AuthError('invalid_signature', `the WorkOS-Signature is ${problem}`);

    const event = readEvent(request, log);
    if (event) {
      await queue.put(event);
      log.info('webhook.queued', { type: event.event, eventId: event.id });
    }
    // WorkOS looks at the status alone.
    return json(200, {});
  };
}

/**
 * @returns `undefined` for an event that has no effect here.
 * @throws AuthError `invalid_request` for what WorkOS signed and we do not understand: it sends that again for three days,
 *   in which we may learn to.
 */
function readEvent(request: HttpRequest, log: Log): WorkosEvent | undefined {
  const content = readJson(request, anyWorkosEvent);
  const { event: type, id: eventId } = content;
  if (!workosEventNames.includes(type)) {
    log.info('webhook.ignored', { type, eventId });
    return undefined;
  }
  const parsed = v.safeParse(workosEvent, content);
  if (parsed.success) return parsed.output;
  const fields = parsed.issues.map((issue) => v.getDotPath(issue) ?? 'event');
  // An operator's business: WorkOS has changed its events.
  log.error('webhook.not_understood', { type, eventId, fields });
  throw new AuthError('invalid_request', 'signed, and not an event as we know it');
}
