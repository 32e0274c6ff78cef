/** Threat 24: messages come twice, late, in any order and at once, and workers die; what is told is what happened, without a gap. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainEvents } from '../../functions/shared/domain/events.ts';
import type { MailboxTurnParts } from '../../functions/shared/domain/take-mailbox-turn.ts';
import { mailboxTurnsUnderTest } from '../support/mailbox-turns-under-test.ts';

const bob = 'usr_bob';
const cadenceSeconds = 15 * 60;

/** Steps of a turn at which its worker may die. */
const steps = ['begin', 'refresh', 'keepTokens', 'history', 'publish', 'finish'] as const;
type Step = (typeof steps)[number];

const mail = fc.record({ kind: fc.constant('mail' as const), count: fc.integer({ min: 1, max: 3 }) });
const wait = fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 1200 }) });
const message = fc.record({ kind: fc.constant('message' as const), copies: fc.integer({ min: 1, max: 3 }) });
const rotation = fc.record({ kind: fc.constant('rotation' as const) });
const death = fc.record({ kind: fc.constant('death' as const), at: fc.constantFrom(...steps), isAfter: fc.boolean() });
type ValueOf<Any> = Any extends fc.Arbitrary<infer Value> ? Value : never;
type Happening = ValueOf<typeof death | typeof mail | typeof message | typeof rotation | typeof wait>;

/** A worker's parts until it dies, before or after a step: nothing that it does from then on happens. */
function mortal({ turns, provider, gmail, events, ...parts }: MailboxTurnParts, at: Step, isAfter: boolean) {
  let isDead = false;
  const live =
    <Values extends unknown[], Value>(step: Step | undefined, act: (...values: Values) => Promise<Value>) =>
    async (...values: Values): Promise<Value> => {
      isDead ||= step === at && !isAfter;
      if (isDead) throw new Error('killed');
      const value = await act(...values);
      isDead ||= step === at;
      if (isDead) throw new Error('killed');
      return value;
    };
  return {
    ...parts,
    provider: { ...provider, refresh: live('refresh', provider.refresh) },
    gmail: { profile: live(undefined, gmail.profile), history: live('history', gmail.history) },
    events: { publish: live('publish', events.publish) },
    turns: {
      begin: live('begin', turns.begin),
      keepTokens: live('keepTokens', turns.keepTokens),
      finish: live('finish', turns.finish),
      postpone: live(undefined, turns.postpone),
      release: live(undefined, turns.release),
      requireReauthorization: live(undefined, turns.requireReauthorization),
      told: live(undefined, turns.told),
    },
  } satisfies MailboxTurnParts;
}

/** Bob's mailbox after its first turn. */
async function start() {
  const world = mailboxTurnsUnderTest();
  const { parts, clock, gmail, google, take } = world;
  await world.connect(bob);
  await take(bob);
  /** A message that fails comes again some time, or not: the queue sees to it. */
  const deliver = (own?: MailboxTurnParts) => take(bob, own).catch(() => undefined);
  const wholeTurn = async (): Promise<void> => {
    clock.advanceSeconds(cadenceSeconds);
    await deliver();
  };
  const arrived: string[] = [];

  async function happen(happening: Happening): Promise<unknown> {
    switch (happening.kind) {
      case 'mail':
        return arrived.push(...gmail.deliver(happening.count).map(({ messageId }) => messageId));
      case 'wait':
        return clock.advanceSeconds(happening.seconds);
      case 'message':
        return Promise.all(Array.from({ length: happening.copies }, () => deliver()));
      case 'rotation':
        google.rotateNext();
        return wholeTurn();
      case 'death':
        return deliver(mortal(parts, happening.at, happening.isAfter));
    }
  }

  return {
    ...world,
    arrived,
    async live(happenings: readonly Happening[]): Promise<void> {
      for (const happening of happenings) await happen(happening);
      await wholeTurn();
    },
    /** What was told after the baseline. */
    changesTold: () => world.told('gmail.mailbox.changed').slice(1) as DomainEvents['gmail.mailbox.changed'][],
  };
}

describe('whatever order messages come in, and however often', () => {
  it('every change is told once, in order and without a gap', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(mail, wait, message, rotation), { maxLength: 25 }), async (happenings) => {
        const { live, row, gmail, arrived, changesTold, told } = await start();
        const [baseline] = told('gmail.mailbox.changed') as DomainEvents['gmail.mailbox.changed'][];
        await live(happenings);
        const events = changesTold();
        expect(events.flatMap(({ changes }) => changes.map(({ messageId }) => messageId))).toEqual(arrived);
        const chain = [baseline?.toHistoryId, ...events.map(({ toHistoryId }) => toHistoryId)];
        expect(events.map(({ fromHistoryId }) => fromHistoryId)).toEqual(chain.slice(0, -1));
        expect(await row(bob)).toMatchObject({ status: 'connected', mailbox: { historyId: gmail.historyId } });
      }),
    );
  });
});

describe('whenever a worker dies', () => {
  it('no change is left out, the connection stands, and a token that Google has replaced is the new one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(mail, wait, message, rotation, death), { maxLength: 25 }), async (all) => {
        const { live, row, gmail, arrived, changesTold, told } = await start();
        const [baseline] = told('gmail.mailbox.changed') as DomainEvents['gmail.mailbox.changed'][];
        await live(all);
        let knownUpTo = BigInt(baseline?.toHistoryId ?? 0);
        for (const { fromHistoryId = '0', toHistoryId } of changesTold()) {
          expect(BigInt(fromHistoryId)).toBeLessThanOrEqual(knownUpTo);
          knownUpTo = BigInt(toHistoryId) > knownUpTo ? BigInt(toHistoryId) : knownUpTo;
        }
        const messages = changesTold().flatMap(({ changes }) => changes.map(({ messageId }) => messageId));
        expect([...new Set(messages)]).toEqual(arrived);
        expect(await row(bob)).toMatchObject({ status: 'connected', mailbox: { historyId: gmail.historyId } });
        expect(told('module.reauthorization_required')).toEqual([]);
      }),
    );
  });
});
