/**
 * `npm run test:kill [-- rounds]`: real processes of the offline worker and of those who refresh tokens, killed at random moments
 * and in the middle of their calls, and after each round all that has to be so. KILL_SEED makes the same choices again; what processes make of them differs.
 */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { buildApp } from '../../lib/app.ts';
import { bundle } from '../../lib/bundle.ts';
import { type LogEntry, startLocalCloud } from '../../lib/local/local-cloud.ts';
import { seedRandom } from '../support/random.ts';
import { checkInvariants } from './invariants.ts';
import { waitForLeases } from './leases-in-real-time.ts';
import { killJob, killTeller, killTurnAtRandom, killTurnInCall } from './mailbox-rounds.ts';
import { killEverything, killRefreshAtRandom, killRefreshInCall } from './refresh-rounds.ts';
import { createWorld, type RoundEnd, type World } from './world.ts';

/** @param count how many of its kind there were before. */
type Round = (world: World, count: number) => Promise<RoundEnd>;

interface Tally {
  rounds: number;
  /** Processes that were killed with work under way. */
  killed: number;
  repeats: number;
  lost: number;
}

const kinds: Readonly<Record<string, Round>> = {
  'a turn, in a call': killTurnInCall,
  'a turn, at any moment': killTurnAtRandom,
  'a refresh at GitHub, in a call': killRefreshInCall,
  'a refresh at GitHub, at any moment': killRefreshAtRandom,
  'the job that hands out turns': killJob,
  'everything at once': killEverything,
  'who tells that a grant is over': killTeller,
};
const lastKind = 'leases, in real time';
/** As often as there are calls to die in. */
const order = ['a turn, in a call', 'a refresh at GitHub, in a call', ...Object.keys(kinds)];
/** Twenty refusals within a quarter of an hour are taken for a mistake, and a turn that comes again counts again. */
const maxEnds = 6;

const rounds = Number(process.argv[2] ?? process.env['KILL_ROUNDS'] ?? 60);
const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31));
const tallies = new Map<string, Tally>();
let killed = 0;

function countKills(entry: LogEntry): void {
  if (entry.kind !== 'invocation' || entry.outcome.kind !== 'failed') return;
  if (entry.outcome.error.errorType === 'Runtime.ExitError') killed += 1;
}

async function run(world: World): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const kind = order[round % order.length] ?? lastKind;
    const play = kinds[kind];
    if (!play || (play === killTeller && (tallies.get(kind)?.rounds ?? 0) === maxEnds)) continue;
    await playRound(world, kind, play);
  }
  await playRound(world, lastKind, waitForLeases);
}

/** @throws Error that names the round. */
async function playRound(world: World, kind: string, play: Round): Promise<void> {
  const tally = tallies.get(kind) ?? { rounds: 0, killed: 0, repeats: 0, lost: 0 };
  tallies.set(kind, tally);
  const repeatsBefore = repeatsOf(world);
  killed = 0;
  let end: RoundEnd | undefined;
  try {
    end = await play(world, tally.rounds);
    await checkInvariants(world);
  } catch (cause) {
    throw new Error(`${kind}, number ${tally.rounds}${end ? `, ${end.killed}` : ''}`, { cause });
  }
  tally.rounds += 1;
  tally.killed += killed;
  tally.repeats += repeatsOf(world) - repeatsBefore;
  tally.lost += end.lost;
}

const repeatsOf = (world: World): number =>
  world.people.reduce((sum, person) => sum + world.followed(person).repeats, 0);

const print = (...columns: readonly (number | string)[]): void =>
  void process.stdout.write(
    `${columns.map((column, index) => (index === 0 ? String(column).padEnd(36) : String(column).padStart(8))).join('')}\n`,
  );

function report(world: World): void {
  print('killed', 'rounds', 'hits', 'repeats', 'lost');
  for (const [kind, tally] of tallies) print(kind, tally.rounds, tally.killed, tally.repeats, tally.lost);
  const changes = world.people.reduce((sum, { ledger }) => sum + ledger.size, 0);
  const lost = [...tallies.values()].reduce((sum, tally) => sum + tally.lost, 0);
  process.stdout.write(
    `\n${changes} changes in two mailboxes, each told; no token of Google's lost; ${lost} of GitHub's spent by a process that died before it could keep the next one, each named refresh_interrupted.\n`,
  );
}

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-kill-'));
process.stdout.write(`${rounds} rounds, KILL_SEED=${seed}\n\n`);
await bundle();
const app = buildApp({ stage: 'local', outdir: folder });
// A round's calls are its own: nothing runs by itself in between.
for (const { node } of app.node.findAll().filter((each) => each instanceof CfnSchedule)) {
  node.scope?.node.tryRemoveChild(node.id);
}
app.synth();
const cloud = await startLocalCloud({ assembly: folder, webhooks: false, queueRetrySeconds: 1, onLog: countKills });
try {
  const world = await createWorld(cloud, seedRandom(seed));
  await run(world);
  report(world);
} catch (error) {
  console.error(`KILL_SEED=${seed}:`, error);
  process.exitCode = 1;
} finally {
  await cloud.close();
  await rm(folder, { recursive: true });
}
