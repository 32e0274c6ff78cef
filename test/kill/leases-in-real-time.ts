/** Leases whose holders are dead, left to run out by themselves: nobody else gets in before, and everybody after. */
import { setTimeout as delay } from 'node:timers/promises';
import { turnLeaseMs } from '../../functions/shared/domain/take-mailbox-turn.ts';
import { armKill } from './moments.ts';
import { Violation } from './invariants.ts';
import { peopleWhoAreLate, type RoundEnd, settle, type World } from './world.ts';

export async function waitForLeases(world: World): Promise<RoundEnd> {
  const { cloud, operator, people } = world;
  const [person] = people;
  await operator.makeTurnsDue();
  await person.ledger.change(3);

  const strikeRefresh = armKill(cloud, 'module-access-token', { call: 'github.token', nth: 1, isDone: false });
  const asked = person.askForAccess('github').catch(() => undefined);
  await strikeRefresh();
  await asked;
  const strikeTurn = armKill(cloud, 'refresh-gmail', { call: 'google.token', nth: 1, isDone: true });
  await world.sendTurns([person]);
  const hasCome = await strikeTurn();
  const killedAt = performance.now();

  const early = await person.askForAccess('github');
  if (!('error' in early) || early.error !== 'temporarily_unavailable') {
    throw new Violation('the lease of a refresh that died did not hold');
  }
  // Every try of the message has met the lease.
  await cloud.queues.settled();
  const { leaseId } = await world.row(person, 'gmail');
  if (!hasCome || leaseId === undefined) throw new Violation('the lease of a turn that died did not hold');
  await delay(killedAt + turnLeaseMs - performance.now());
  await world.sendTurns([person]);
  await cloud.queues.settled();
  const late = await peopleWhoAreLate(world);
  if (late.includes(person)) throw new Violation(`${person.email} had no turn, though the lease has run out`);
  await settle(world);
  return { killed: 'in their calls', lost: 0 };
}
