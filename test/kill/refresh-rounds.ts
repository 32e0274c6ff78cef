/** Refreshes at GitHub, which spend the refresh token, killed; and everything at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { armKill, describeMoment, type Moment, momentOf } from './moments.ts';
import { Violation } from './invariants.ts';
import { type Inhabitant, type RoundEnd, settle, type World } from './world.ts';

const access = 'module-access-token';

/** The lease, the refresh, and the row that keeps its answer. */
const callsOfRefresh = [
  ['dynamodb.UpdateItem', 1],
  ['github.token', 1],
  ['dynamodb.UpdateItem', 2],
] as const;
/** A token was spent, and its successor is in no row: nobody can have it any more. */
const isLossOf = (moment: Moment): boolean =>
  'call' in moment &&
  ((moment.call === 'github.token' && moment.isDone) ||
    (moment.call === 'dynamodb.UpdateItem' && moment.nth === 2 && !moment.isDone));

export async function killRefreshInCall(world: World, count: number): Promise<RoundEnd> {
  const person = world.random.pick([...world.people]);
  const moment = momentOf(callsOfRefresh, count);
  const before = await readRefreshes(world, [person]);
  const strike = armKill(world.cloud, access, moment);
  const asked = person.askForAccess('github').catch(() => undefined);
  const hasCome = await strike();
  await asked;
  if (!hasCome) throw new Violation(`a refresh never comes to ${describeMoment(moment)}`);
  const lost = await recover(world, [person], before);
  if (lost !== (isLossOf(moment) ? 1 : 0)) {
    throw new Violation(`${person.email}: ${lost} connections to GitHub were lost`);
  }
  return { killed: describeMoment(moment), lost };
}

/** Several ask at once, and all their processes die. */
export async function killRefreshAtRandom(world: World): Promise<RoundEnd> {
  const { random, people, cloud } = world;
  const moment = { since: 'dynamodb.UpdateItem', afterMs: random.between(0, 400) };
  const before = await readRefreshes(world, people);
  const strike = armKill(cloud, access, moment);
  const asked = people.flatMap((person) =>
    Array.from({ length: random.between(1, 2) }, () => person.askForAccess('github').catch(() => undefined)),
  );
  await strike();
  await Promise.all(asked);
  return { killed: describeMoment(moment), lost: await recover(world, people, before) };
}

/** Mail, the job, its workers and those who ask for access to either provider, all at once, killed again and again. */
export async function killEverything(world: World): Promise<RoundEnd> {
  const { random, people, cloud, operator } = world;
  const before = await readRefreshes(world, people);
  for (const { ledger } of people) await ledger.change(random.between(1, 3));
  await operator.makeTurnsDue();
  const running = [
    cloud.invoke('refresh-due-modules', {}),
    world.sendTurns(people),
    ...people.flatMap((person) => [person.askForAccess('github'), person.askForAccess('gmail')]),
  ].map((each) => each.catch(() => undefined));
  const kills: string[] = [];
  for (let count = random.between(2, 4); count > 0; count -= 1) {
    const functionName = random.pick(['refresh-gmail', 'refresh-due-modules', access]);
    const moment = { since: 'dynamodb.UpdateItem', afterMs: random.between(0, 250) };
    kills.push(`${functionName} ${describeMoment(moment)}`);
    await armKill(cloud, functionName, moment)();
  }
  await Promise.all(running);
  const lost = await recover(world, people, before);
  await settle(world);
  return { killed: kills.join(', then '), lost };
}

interface Refreshes {
  /** That have reached GitHub. */
  readonly asked: number;
  /** How often new tokens have been written, over all of them; from any beginning. */
  readonly kept: number;
}

async function readRefreshes(world: World, people: readonly Inhabitant[]): Promise<Refreshes> {
  const rows = await Promise.all(people.map((person) => world.row(person, 'github')));
  return {
    asked: world.cloud.github.calls.get('token') ?? 0,
    kept: rows.reduce((sum, row) => sum + Number(row['tokenVersion']), 0),
  };
}

/**
 * The leases of the dead run out, and everybody asks again. A connection that is lost then is connected anew.
 * @returns how many were.
 */
async function recover(world: World, people: readonly Inhabitant[], before: Refreshes): Promise<number> {
  // What the dead have sent arrives.
  await delay(30);
  const after = await readRefreshes(world, people);
  const unkept = after.asked - before.asked - (after.kept - before.kept);
  await world.operator.runLeasesOut();
  let lost = 0;
  for (const person of people) {
    const answer = await person.askForAccess('github');
    if ('accessToken' in answer) continue;
    const { problem } = await world.row(person, 'github');
    if (answer.error !== 'reauthorization_required' || problem !== 'refresh_interrupted') {
      throw new Violation(`${person.email}: GitHub ends as ${answer.error}, ${String(problem)}`);
    }
    lost += 1;
    await person.connect('github');
  }
  if (lost > unkept) throw new Violation(`${lost} connections to GitHub were lost, though ${unkept} answers were`);
  return lost;
}
