/** Threats 24 and 25: whatever the order and however often WorkOS's events are delivered, what is in force in the end is the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveUserId } from '../../functions/shared/domain/user-id.ts';
import { workosEventOf } from '../support/workos-webhooks.ts';
import { startWorker } from '../support/workos-events-under-test.ts';

const people = ['user_a', 'user_b'];
const organizations = ['org_1', 'org_2'];
const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 22, 0, minute));

/** What happens at WorkOS, minute by minute. */
const happening = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('update'), person: fc.constantFrom(...people) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete'), person: fc.constantFrom(...people) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('revoke'), session: fc.nat({ max: 7 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('join', 'leave', 'deactivate', 'role'),
      person: fc.constantFrom(...people),
      organizationId: fc.constantFrom(...organizations),
    }),
  },
);
type Happening = { readonly kind: string; person?: string; session?: number; organizationId?: string };

/** Sessions that began before, while and after it happened: their minute, person and organization. */
const sessions = Array.from({ length: 8 }, (_, index) => ({
  workosSessionId: `session_${index}`,
  workosUserId: people[index % 2] ?? '',
  organizationId: [undefined, ...organizations][index % 3],
  at: at(index * 2),
}));

function eventOf({ kind, person = '', session = 0, organizationId = '' }: Happening, minute: number) {
  const time = at(minute);
  const membership = { user_id: person, organization_id: organizationId, status: 'active' };
  const profile = {
    id: person,
    email: `${person}-${minute}@example.com`,
    first_name: `Name ${minute}`,
    last_name: null,
    profile_picture_url: minute % 2 === 0 ? null : `https://pictures.example.com/${minute}.png`,
    updated_at: time.toISOString(),
  };
  switch (kind) {
    case 'update':
      return workosEventOf('user.updated', profile, time);
    case 'delete':
      return workosEventOf('user.deleted', { id: person }, time);
    case 'revoke':
      return workosEventOf(
        'session.revoked',
        { id: `session_${session}`, user_id: sessions[session]?.workosUserId ?? '' },
        time,
      );
    case 'join':
      return workosEventOf('organization_membership.created', membership, time);
    case 'leave':
      return workosEventOf('organization_membership.deleted', membership, time);
    case 'deactivate':
      return workosEventOf('organization_membership.updated', { ...membership, status: 'inactive' }, time);
    default:
      return workosEventOf('organization_membership.updated', membership, time);
  }
}

type Event = ReturnType<typeof eventOf>;

async function startWithPeopleAndSessions() {
  const worker = startWorker();
  for (const workosUserId of people) await worker.signIn({ workosUserId, profileAt: at(0) });
  const native: string[] = [];
  for (const session of sessions) {
    await worker.beginWeb(session);
    native.push(await worker.beginNative(session));
  }
  return { worker, native };
}

/** The state once the events were delivered one by one; native sessions by their place, since their ids are new each time. */
async function stateAfter(deliveries: readonly Event[]) {
  const { worker, native } = await startWithPeopleAndSessions();
  for (const event of deliveries) await worker.apply(event);
  const { users, web, native: standing } = worker.state();
  const told = worker.events.published.map(({ detail }) => native.indexOf((detail as { sessionId: string }).sessionId));
  return {
    users: users(people.map(deriveUserId)),
    web: new Set(web),
    native: new Set(standing.map((id) => native.indexOf(id))),
    told: told.toSorted((a, b) => a - b),
  };
}

const history = fc
  .array(happening, { minLength: 1, maxLength: 12 })
  .map((happenings) => happenings.map((each, index) => eventOf(each, index + 1)));

describe('a history of events', () => {
  it('ends the same in any order and with any repetitions', async () => {
    const deliveries = history.chain((events) =>
      fc
        .array(fc.constantFrom(...events), { maxLength: 8 })
        .chain((again) => fc.shuffledSubarray([...events, ...again], { minLength: events.length + again.length }))
        .map((shuffled) => ({ events, shuffled })),
    );
    const property = fc.asyncProperty(deliveries, async ({ events, shuffled }) => {
      expect(await stateAfter(shuffled)).toStrictEqual(await stateAfter(events));
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('ends the same when the record of what was done is lost: the effects themselves may be repeated', async () => {
    const property = fc.asyncProperty(history, async (events) => {
      const asNew = events.map((event, index) => ({ ...event, id: `event_again_${index}` }));
      expect(await stateAfter([...events, ...asNew, ...events])).toStrictEqual(await stateAfter(events));
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('ends the same when deliveries are applied at the same time', async () => {
    const property = fc.asyncProperty(history, async (events) => {
      const { worker, native } = await startWithPeopleAndSessions();
      await Promise.all([...events, ...events].map((event) => worker.apply(event)));
      const { users, web, native: standing } = worker.state();
      const expected = await stateAfter(events);
      expect(users(people.map(deriveUserId))).toStrictEqual(expected.users);
      expect(new Set(web)).toStrictEqual(expected.web);
      expect(new Set(standing.map((id) => native.indexOf(id)))).toStrictEqual(expected.native);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('leaves a user with what WorkOS knows last, also when sign-ins come in between', async () => {
    // At each minute the user is changed or signs in; each change is delivered at any time after it.
    const minutes = fc.array(fc.record({ isSignIn: fc.boolean(), delay: fc.nat({ max: 12 }) }), { maxLength: 12 });
    const property = fc.asyncProperty(minutes, async (timeline) => {
      const worker = startWorker();
      const signIn = (minute: number) =>
        worker.signIn({ workosUserId: 'user_a', name: `Name ${minute}`, profileAt: at(minute) });
      await signIn(0);
      let changedAt = 0;
      const due: { readonly at: number; readonly event: Event }[] = [];
      for (const [index, { isSignIn, delay }] of timeline.entries()) {
        const minute = index + 1;
        if (isSignIn) await signIn(changedAt);
        else {
          changedAt = minute;
          due.push({ at: minute + delay, event: eventOf({ kind: 'update', person: 'user_a' }, minute) });
        }
        for (const { event } of due.filter((each) => each.at === minute)) await worker.apply(event);
      }
      for (const { event } of due.toReversed()) await worker.apply(event);
      expect((await worker.users.find(deriveUserId('user_a')))?.name).toBe(`Name ${changedAt}`);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});
