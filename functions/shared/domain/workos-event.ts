/**
 * What WorkOS tells that has an effect here. The schema is both the webhook's and the queue's: it keeps the wire form and
 * leaves out what no effect reads, so that little of a person waits in the queue.
 */
import * as v from 'valibot';

const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(255));
const instant = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);

/** `created_at`: when it happened. Deliveries come late, twice, and in any order. */
const envelope = { id, created_at: instant } as const;

const session = v.object({ id, user_id: id });
const deletedUser = v.object({ id });
const user = v.object({
  id,
  email: v.string(),
  first_name: v.nullish(v.string()),
  last_name: v.nullish(v.string()),
  profile_picture_url: v.nullish(v.string()),
  updated_at: instant,
});
/** `status`: `active`, `inactive` or `pending`. */
const membership = v.object({ user_id: id, organization_id: id, status: v.string() });

export const workosEvent = v.variant('event', [
  v.object({ ...envelope, event: v.literal('session.revoked'), data: session }),
  v.object({ ...envelope, event: v.literal('user.deleted'), data: deletedUser }),
  v.object({ ...envelope, event: v.literal('user.updated'), data: user }),
  v.object({ ...envelope, event: v.literal('organization_membership.created'), data: membership }),
  v.object({ ...envelope, event: v.literal('organization_membership.updated'), data: membership }),
  v.object({ ...envelope, event: v.literal('organization_membership.deleted'), data: membership }),
]);

/** What every event has, whether it has an effect here or not. */
export const anyWorkosEvent = v.looseObject({ id: v.string(), event: v.pipe(v.string(), v.regex(/^[\w.]{1,100}$/)) });

export type WorkosEvent = v.InferOutput<typeof workosEvent>;

/** What to tick in the WorkOS dashboard; others may come and are let go. */
export const workosEventNames: readonly string[] = workosEvent.options.map(({ entries }) => entries.event.literal);

export interface WorkosEventQueue {
  /** @throws AuthError `temporarily_unavailable` when it was not taken. */
  put(event: WorkosEvent): Promise<void>;
}
