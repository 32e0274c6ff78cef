/** Workers and the job that hands out turns, killed. */
import { setTimeout as delay } from 'node:timers/promises';
import { armKill, describeMoment, type Moment, momentOf } from './moments.ts';
import { Violation } from './invariants.ts';
import { peopleWhoAreLate, type RoundEnd, settle, type World } from './world.ts';

const worker = 'refresh-gmail';
const job = 'refresh-due-modules';

/** A turn's calls, in order: the lease, Google's token, Gmail's history and profile, the bus, and the end of it. */
const callsOfTurn = [
  ['dynamodb.UpdateItem', 1],
  ['google.token', 1],
  ['google.gmail', 1],
  ['google.gmail', 2],
  ['events.PutEvents', 1],
  ['dynamodb.UpdateItem', 2],
] as const;
/** The mark, the bus, and that it was told; before them Google's refusal and its count. */
const callsOfEnd = [
  ['dynamodb.UpdateItem', 3],
  ['events.PutEvents', 1],
  ['dynamodb.UpdateItem', 4],
  ['google.token', 1],
  ['dynamodb.UpdateItem', 2],
] as const;
const callsOfJob = [
  ['sqs.SendMessageBatch', 1],
  ['dynamodb.Query', 3],
  ['dynamodb.PutItem', 1],
] as const;

export const killTurnInCall = (world: World, count: number): Promise<RoundEnd> =>
  // One mailbox, so that the calls are its own.
  killTurn(world, momentOf(callsOfTurn, count), 1);

export const killTurnAtRandom = (world: World): Promise<RoundEnd> =>
  killTurn(world, { since: 'dynamodb.UpdateItem', afterMs: world.random.between(0, 400) }, 2);

async function killTurn(world: World, moment: Moment, mailboxes: number): Promise<RoundEnd> {
  const { cloud, operator, random } = world;
  const whose = random.chance(0.5) ? world.people.slice(0, mailboxes) : world.people.slice(-mailboxes);
  for (const { ledger } of whose) await ledger.change(random.between(1, 4));
  await operator.makeTurnsDue();
  const strike = armKill(cloud, worker, moment);
  await world.sendTurns(whose);
  // Queues deliver twice at times.
  if (random.chance(0.2)) await world.sendTurns(whose);
  requireHit(await strike(), moment);
  if (random.chance(0.4)) for (const { ledger } of whose) await ledger.change(1);
  await settle(world);
  return { killed: describeMoment(moment), lost: 0 };
}

/** What it had not handed out comes with its next run, and nobody else sends anything. */
export async function killJob(world: World, count: number): Promise<RoundEnd> {
  const { cloud, operator, random, people } = world;
  const atRandom = { since: 'dynamodb.GetItem', afterMs: random.between(0, 400) };
  const moment = count % 2 === 0 ? momentOf(callsOfJob, count / 2) : atRandom;
  for (const { ledger } of people) await ledger.change(random.between(1, 2));
  await operator.makeTurnsDue();
  const strike = armKill(cloud, job, moment);
  const run = cloud.invoke(job, {}).catch(() => undefined);
  requireHit(await strike(), moment);
  await run;
  await cloud.invoke(job, {});
  await cloud.queues.settled();
  const [late] = await peopleWhoAreLate(world);
  if (late) throw new Violation(`${late.email} had no turn, though ${job} has run since it was killed`);
  return { killed: describeMoment(moment), lost: 0 };
}

/** Google has taken a grant back: it has to be told, once unless its teller died before it could note so. */
export async function killTeller(world: World, count: number): Promise<RoundEnd> {
  const { cloud, operator, random } = world;
  const person = random.pick([...world.people]);
  const name = 'module.reauthorization_required';
  const before = world.told(person, name).length;
  const moment = momentOf(callsOfEnd, count);
  cloud.google.revokeGrant(person.email);
  await operator.makeTurnsDue();
  const strike = armKill(cloud, worker, moment);
  await world.sendTurns([person]);
  requireHit(await strike(), moment);
  await delay(20);
  await operator.runLeasesOut();
  await cloud.queues.settled();
  await operator.runLeasesOut();
  await world.sendTurns([person]);
  await cloud.queues.settled();
  const { status, problem } = await world.row(person, 'gmail');
  if (status !== 'reauthorization_required' || problem !== 'grant_revoked') {
    throw new Violation(`${person.email}: a grant is over, and its row is ${String(status)}, ${String(problem)}`);
  }
  const times = world.told(person, name).length - before;
  if (times < 1 || times > 2) throw new Violation(`${person.email}: the end of a grant was told ${times} times`);
  await person.connect('gmail');
  await settle(world);
  return { killed: describeMoment(moment), lost: 0 };
}

function requireHit(hasCome: boolean, moment: Moment): void {
  if (!hasCome) throw new Violation(`it never comes to ${describeMoment(moment)}`);
}
