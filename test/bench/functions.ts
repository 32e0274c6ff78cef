/**
 * `npm run bench`: what each endpoint costs, as ratios to a handler that does nothing, in the same run (shared/performance.md).
 * Cold is from the start of a process to the end of its first answer; AWS and WorkOS are the local cloud's, on loopback.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildApp } from '../../lib/app.ts';
import { bundle, bundlePath } from '../../lib/bundle.ts';
import { readFunctions } from '../../lib/local/lambda/function-definition.ts';
import { type LocalCloud, startLocalCloud } from '../../lib/local/local-cloud.ts';
import { UserAgent } from '../support/user-agent.ts';
import { benchEvents } from './events.ts';

const coldRuns = 15;
const warmEvents = 300;
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));

interface Run {
  readonly coldMs: number;
  readonly warmCpuMicroseconds: number | undefined;
  readonly peakMebibytes: number;
}

async function run(
  codePath: string,
  environment: Readonly<Record<string, string>>,
  events: readonly object[],
): Promise<Run> {
  const file = join(folder, 'events.json');
  await writeFile(file, JSON.stringify(events));
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run-handler.mjs')], {
    env: { ...environment, LAMBDA_TASK_ROOT: codePath, BENCH_EVENTS: file },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const report = child.stdio[3];
  if (!report) throw new Error('the instance has no way to report');
  let coldMs = 0;
  report.once('data', () => (coldMs = performance.now() - startedAt));
  const [, measured = '{}'] = (await text(report as NodeJS.ReadableStream)).split('\n');
  const { statuses, ...costs } = JSON.parse(measured) as Omit<Run, 'coldMs'> & { statuses: number[] };
  const failed = statuses.find((status) => status >= 400 && status !== 404);
  if (failed !== undefined) throw new Error(`${codePath} answered ${failed}: nothing worth measuring`);
  return { coldMs, ...costs };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function measure(cloud: LocalCloud): Promise<void> {
  const hello = join(folder, 'hello');
  await writeHello(hello);
  const definitions = readFunctions(cloud.deployment, (key) => key, cloud.aws.environmentFor);
  const browser = new UserAgent();
  await browser.signIn(cloud.url);

  const print = (...columns: readonly string[]): void =>
    void process.stdout.write(
      `${columns.map((column, index) => (index === 0 ? column.padEnd(22) : column.padStart(12))).join('')}\n`,
    );
  print('', 'cold', '× hello', 'warm CPU', 'peak', 'bundle');
  const helloCold = await coldOf(() => run(hello, {}, [{}]));
  print('hello', `${helloCold.toFixed(0)} ms`);

  for (const { name, title, events } of benchEvents(cloud, browser)) {
    const definition = definitions.find((candidate) => candidate.name.endsWith(`-${name}`));
    if (!definition) throw new Error(`there is no function ${name}`);
    const environment = { ...definition.environment, AWS_REGION: 'us-east-1' };
    const cold = await coldOf(async () => run(bundlePath(name), environment, await events(1)));
    const warm = await run(bundlePath(name), environment, await events(warmEvents));
    const { size } = await stat(join(bundlePath(name), 'index.mjs'));
    print(
      title,
      `${cold.toFixed(0)} ms`,
      (cold / helloCold).toFixed(2),
      `${((warm.warmCpuMicroseconds ?? 0) / 1000).toFixed(2)} ms`,
      `${warm.peakMebibytes.toFixed(0)} MiB`,
      `${(size / 1000).toFixed(0)} KB`,
    );
  }
}

async function coldOf(once: () => Promise<Run>): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < coldRuns; count += 1) times.push((await once()).coldMs);
  return median(times);
}

async function writeHello(path: string): Promise<void> {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(path);
  await writeFile(join(path, 'index.mjs'), 'export const handler = async () => ({ statusCode: 200 });\n');
}

await bundle();
const assembly = join(folder, 'assembly');
buildApp({ stage: 'local', outdir: assembly }).synth();
const cloud = await startLocalCloud({ assembly, accessTokenSeconds: 3_600 });
try {
  await measure(cloud);
} finally {
  await cloud.close();
  await rm(folder, { recursive: true });
}
