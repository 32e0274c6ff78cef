/** Worker of the queue `WorkosEvents`: what WorkOS told takes effect, once each, late, twice and in any order. */
import * as v from 'valibot';
import type { Clock } from '../shared/domain/clock.ts';
import {
  askAboutMembership,
  deleteUser,
  endMembership,
  endSession,
  type GoneAtWorkos,
} from '../shared/domain/gone-at-workos.ts';
import type { Log } from '../shared/domain/log.ts';
import type { Once } from '../shared/domain/once.ts';
import { deriveUserId } from '../shared/domain/user-id.ts';
import { nameOf } from '../shared/domain/user-name.ts';
import { type WorkosEvent, workosEvent } from '../shared/domain/workos-event.ts';

export interface ApplyWorkosEventDependencies extends GoneAtWorkos {
  readonly once: Once;
  readonly clock: Clock;
}

/** Ten times as long as WorkOS tries: repetitions after that meet effects that change nothing by themselves. */
const rememberedMs = 30 * 24 * 60 * 60_000;

const message = v.pipe(v.string(), v.parseJson(), workosEvent);

export function applyWorkosEvent(parts: ApplyWorkosEventDependencies): (body: string, log: Log) => Promise<void> {
  const { once, clock } = parts;
  return async (body, log) => {
    // What does not parse is none of ours: it fails until the queue gives it up, and an alarm says so.
    const event = v.parse(message, body);
    const { id: eventId, event: type } = event;
    if (await once.has('webhook', eventId, clock())) {
      log.info('webhook.repeated', { type, eventId });
      return;
    }
    await applyEffect(parts, event, log);
    // After the effect: a crash in between repeats what may be repeated, and loses nothing.
    const now = clock();
    await once.claim('webhook', eventId, new Date(now.getTime() + rememberedMs), now);
    log.info('webhook.applied', { type, eventId });
  };
}

async function applyEffect(parts: ApplyWorkosEventDependencies, event: WorkosEvent, log: Log): Promise<void> {
  const at = new Date(event.created_at);
  switch (event.event) {
    case 'session.revoked':
      return endSession(parts, { workosUserId: event.data.user_id, workosSessionId: event.data.id }, log);
    case 'user.deleted':
      return deleteUser(parts, { workosUserId: event.data.id, at }, log);
    case 'user.updated':
      return updateUser(parts, event.data);
    case 'organization_membership.created':
    case 'organization_membership.updated':
    case 'organization_membership.deleted': {
      const { user_id: workosUserId, organization_id: organizationId, status } = event.data;
      const isOver = event.event === 'organization_membership.deleted' || status === 'inactive';
      if (isOver) return endMembership(parts, { workosUserId, organizationId, at }, log);
      return askAboutMembership(parts, { workosUserId, organizationId });
    }
  }
}

type UpdatedUser = Extract<WorkosEvent, { event: 'user.updated' }>['data'];

async function updateUser({ users }: ApplyWorkosEventDependencies, user: UpdatedUser): Promise<void> {
  await users.updateProfile(deriveUserId(user.id), {
    email: user.email,
    name: nameOf({ firstName: user.first_name, lastName: user.last_name, email: user.email }),
    pictureUrl: user.profile_picture_url ?? undefined,
    profileAt: new Date(user.updated_at),
  });
}
