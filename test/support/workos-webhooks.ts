/** WorkOS's webhooks, made by hand: events in wire form, and the header that signs them. */
import { createHmac } from 'node:crypto';
import type { WorkosEvent } from '../../functions/shared/domain/workos-event.ts';

export const webhookSecret = 'whsec_of_the_tests';

export interface Signing {
  readonly secret?: string;
  /** `t`, as written. */
  readonly timestamp: string | number;
}

/** The value of `WorkOS-Signature`. */
export function signWebhook(body: string | Uint8Array, { secret = webhookSecret, timestamp }: Signing): string {
  return `t=${timestamp}, v1=${digestOf(body, { secret, timestamp })}`;
}

export function digestOf(body: string | Uint8Array, { secret = webhookSecret, timestamp }: Signing): string {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
}

type EventName = WorkosEvent['event'];
type DataOf<Name extends EventName> = Extract<WorkosEvent, { event: Name }>['data'];

let count = 0;

/** An event as WorkOS sends it, with an id of its own. */
export function workosEventOf<Name extends EventName>(event: Name, data: DataOf<Name>, createdAt: Date) {
  count += 1;
  const id = `event_${String(count).padStart(4, '0')}`;
  return { object: 'event', id, event, data, created_at: createdAt.toISOString(), context: {} };
}
