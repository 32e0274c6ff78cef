/**
 * `npm run bench:worker [-- N …]`: what a turn of a mailbox costs, at 1,000, 10,000 and 100,000 mailboxes. The worker's own code
 * with its own adapters, without Lambda and SQS around it; dynalite and a Google of fixed latency are in another process.
 * Prints rows per second and, per row, KMS calls, DynamoDB requests and provider calls; beside them a bare loop that only makes the
 * provider's calls, as many at a time; and how long it took to find whose turn it is in all the minutes of a cadence, which is
 * spread over these minutes elsewhere. docs/scale.md says what follows from it.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { createDynamoDataKeyStore } from '../../../functions/shared/aws/dynamo-key-stores.ts';
import { createDynamoJobProgress } from '../../../functions/shared/aws/dynamo-job-progress.ts';
import { createDynamoMailboxTurns } from '../../../functions/shared/aws/dynamo-mailbox-turns.ts';
import { createDynamoRefusalGauge } from '../../../functions/shared/aws/dynamo-refusal-gauge.ts';
import { createDynamoSlotIndex } from '../../../functions/shared/aws/dynamo-slot-index.ts';
import { createDataKeys } from '../../../functions/shared/aws/key-rings.ts';
import { createTokenVault } from '../../../functions/shared/domain/create-token-vault.ts';
import { dueTurnsState } from '../../../functions/shared/domain/due-turns.ts';
import { moduleKeyPurpose } from '../../../functions/shared/domain/key-ring.ts';
import { sendDueTurns } from '../../../functions/shared/domain/send-due-turns.ts';
import { takeMailboxTurn } from '../../../functions/shared/domain/take-mailbox-turn.ts';
import { createFetch } from '../../../functions/shared/outbound/fetch.ts';
import { createGmailApi } from '../../../functions/shared/providers/gmail-api.ts';
import { createGoogle } from '../../../functions/shared/providers/google.ts';
import { collectLog } from '../../support/collected-log.ts';
import { createModuleTokensTable } from '../../support/module-tokens-table.ts';
import { createBenchTables } from './tables.ts';
import { seedMailboxes } from './mailboxes.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { latency: { type: 'string', default: '100' }, concurrency: { type: 'string', default: '50' } },
});
const sizes = positionals.length > 0 ? positionals.map(Number) : [1000, 10_000, 100_000];
/** Of one call to Google, in milliseconds: what we assume of its token endpoint and of Gmail. */
const latencyMs = Number(values.latency);
/** Turns at a time: five workers with a batch of ten each. On AWS each has a CPU of its own. */
const concurrency = Number(values.concurrency);
const cadence = { module: 'gmail', everyMinutes: 15 };

const neighbours = spawn(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', `${import.meta.dirname}/neighbours.ts`, String(latencyMs)],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
process.once('exit', () => neighbours.kill());

async function readAddresses(): Promise<{ readonly google: string; readonly dynamoDb: string }> {
  for await (const line of createInterface({ input: neighbours.stdout })) {
    return v.parse(v.object({ google: v.string(), dynamoDb: v.string() }), JSON.parse(line));
  }
  throw new Error('the neighbours did not start');
}

interface Counts {
  dynamoDb: number;
  writes: number;
  kms: number;
  provider: number;
}

interface Result extends Counts {
  readonly rows: number;
  readonly seconds: number;
  readonly findingSeconds: number;
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const next = items.values();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const item of next) await work(item);
    }),
  );
}

async function callsAtGoogle(google: string): Promise<number> {
  const answer = await createFetch()(`${google}/calls`);
  const calls = v.parse(v.record(v.string(), v.number()), JSON.parse(await answer.text()));
  return Object.values(calls).reduce((sum, count) => sum + count, 0);
}

/** One cadence of `rows` mailboxes: found by their slots, and each its turn. */
async function measure(addresses: { google: string; dynamoDb: string }, rows: number): Promise<Result> {
  const counts: Counts = { dynamoDb: 0, writes: 0, kms: 0, provider: 0 };
  const local = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: addresses.dynamoDb, region: 'us-east-1', credentials: local });
  const tableName = await createModuleTokensTable(client);
  const { keys, jobs } = await createBenchTables(client);

  const seededAt = new Date();
  const store = createDynamoDataKeyStore({ client, tableName: keys }, moduleKeyPurpose('gmail'));
  await store.add({ number: 1, activeFrom: seededAt, wrapped: randomBytes(32) });
  const clock = () => new Date();
  const unwrap = (_purpose: string, _number: number, wrapped: Uint8Array) => {
    counts.kms += 1;
    return Promise.resolve(Buffer.from(wrapped));
  };
  const keyRing = { table: { client, tableName: keys }, clock, unwrap };
  /** As every new instance of the worker has its own. */
  const newVault = () =>
    createTokenVault({ stage: 'bench', keysOf: (module) => createDataKeys(moduleKeyPurpose(module), keyRing) });
  await seedMailboxes({ client, tableName, vault: newVault(), cadence, now: seededAt }, rows);

  counts.kms = 0;
  client.middlewareStack.add(
    (next, { commandName }) =>
      (call) => {
        counts.dynamoDb += 1;
        if (commandName !== 'QueryCommand' && commandName !== 'GetItemCommand') counts.writes += 1;
        return next(call);
      },
    { step: 'finalizeRequest', priority: 'low' },
  );
  const before = await callsAtGoogle(addresses.google);
  const outbound = { url: addresses.google, fetch: createFetch(), clock };
  const known = { clientId: 'client', clientSecret: 'secret' };
  const credentials = { read: () => Promise.resolve(known), reread: () => Promise.resolve(known) };
  const jobsTable = { client, tableName: jobs };
  const progress = createDynamoJobProgress(jobsTable, dueTurnsState);
  const takeTurn = takeMailboxTurn({
    turns: createDynamoMailboxTurns(client, tableName, 'gmail'),
    vault: newVault(),
    provider: createGoogle({ credentials, ...outbound }),
    gmail: createGmailApi(outbound),
    events: { publish: () => Promise.resolve() },
    refusals: createDynamoRefusalGauge(jobsTable, 'refusals of gmail'),
    progress,
    clock,
    random: Math.random,
    cadence,
  });

  const startedAt = performance.now();
  const due: string[] = [];
  const send = sendDueTurns({
    progress,
    slots: createDynamoSlotIndex(client, tableName),
    queue: { send: (userIds) => Promise.resolve(void due.push(...userIds)) },
    clock,
    settings: { cadence, budgetMs: Number.POSITIVE_INFINITY },
  });
  const log = collectLog();
  await send(log);
  const foundAt = performance.now();
  await inParallel(due, (userId) => takeTurn(userId, log));
  const [findingSeconds, seconds] = [(foundAt - startedAt) / 1000, (performance.now() - foundAt) / 1000];
  // Dynalite tells the items of an index apart by 24 bits of a hash: of 100,000 it may lose one or two there.
  if (due.length < rows * 0.9999) throw new Error(`${due.length} of ${rows} mailboxes were found by their slots`);
  const troubled = log.lines.filter(({ level }) => level !== 'info');
  if (troubled.length > 0) throw new Error(`turns failed: ${JSON.stringify(troubled[0])}`);
  counts.provider = (await callsAtGoogle(addresses.google)) - before;
  client.destroy();
  return { ...counts, rows: due.length, seconds, findingSeconds };
}

/** The same two calls for each row, and nothing else. */
async function bare(google: string, rows: number): Promise<number> {
  const fetch = createFetch();
  const form = {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=refresh_token',
  };
  const startedAt = performance.now();
  await inParallel(Array.from({ length: rows }), async () => {
    JSON.parse(await (await fetch(`${google}/token`, form)).text());
    JSON.parse(await (await fetch(`${google}/gmail/v1/users/me/history`)).text());
  });
  return (performance.now() - startedAt) / 1000;
}

const addresses = await readAddresses();
const print = (...columns: readonly string[]): void =>
  void process.stdout.write(
    `${columns.map((column, index) => (index === 0 ? column.padEnd(9) : column.padStart(11))).join('')}\n`,
  );
const perRow = (count: number, { rows }: Result): string => (count / rows).toFixed(4);

// Both processes compile what they run often; of that nobody wants to read.
await measure(addresses, 1000);
process.stdout.write(`${concurrency} turns at a time, ${latencyMs} ms for each call to Google\n\n`);
print('rows', 'rows/s', 'bare/s', 'of bare', 'KMS', 'DynamoDB', 'writes', 'Google', 'finding');
for (const rows of sizes) {
  const bareSeconds = await bare(addresses.google, Math.min(rows, 10_000)).then(
    (seconds) => (seconds * rows) / Math.min(rows, 10_000),
  );
  const result = await measure(addresses, rows);
  print(
    rows.toLocaleString('en'),
    (rows / result.seconds).toFixed(0),
    (rows / bareSeconds).toFixed(0),
    `${((100 * bareSeconds) / result.seconds).toFixed(0)} %`,
    perRow(result.kms, result),
    perRow(result.dynamoDb, result),
    perRow(result.writes, result),
    perRow(result.provider, result),
    `${result.findingSeconds.toFixed(1)} s`,
  );
}
process.exit();
