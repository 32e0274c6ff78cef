/** WorkOS's webhooks, described. */
import * as v from 'valibot';
import { anyWorkosEvent, workosEventNames } from '../shared/domain/workos-event.ts';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { jsonReply } from '../shared/openapi/reply.ts';

const signature = parameters(
  { entries: { 'WorkOS-Signature': v.string() } },
  { 'WorkOS-Signature': '`t=<unix ms>, v1=<hex HMAC-SHA-256 of "t.body">`, at most three minutes off.' },
);

const taken = v.pipe(v.object({}), v.description('Empty: WorkOS looks at the status.'));

export const operations = {
  'POST /webhooks/workos': {
    id: 'takeWorkosWebhook',
    summary: 'Takes what WorkOS tells about users, sessions and memberships',
    description: `For WorkOS alone. It takes effect a moment later: ${workosEventNames.map((name) => `\`${name}\``).join(', ')}. Any other
event is answered 200 and let go. WorkOS sends again what is answered otherwise; the body may have 256 KB.`,
    session: 'ignored',
    header: signature,
    body: { 'application/json': anyWorkosEvent },
    replies: { 200: jsonReply('It waits in the queue, or has no effect here.', taken) },
    errors: { form: 'json', codes: ['invalid_request', 'invalid_signature', 'unsupported_media_type'] },
  },
} satisfies Operations;
