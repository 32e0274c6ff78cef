/** `npm start`: the whole of Gatehouse on this machine, from the same stacks that are deployed. */
import { rm } from 'node:fs/promises';
import * as v from 'valibot';
import { bundle } from '../lib/bundle.ts';
import { banner } from '../lib/local/banner.ts';
import { createConsoleLog } from '../lib/local/console-log.ts';
import { TriggerError } from '../lib/local/deployment-triggers.ts';
import { shortName } from '../lib/local/function-names.ts';
import { readStartSettings, StartSettingsError } from '../lib/local/start-settings.ts';
import { announce, makeAssemblyFolder } from '../lib/local/state-folder.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Whatever has not ended by then is left to the operating system; instances end with their connection. */
const shutdownMs = 4000;

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function run(): Promise<void> {
  const settings = readStartSettings(process.env);
  // From here on, so that a signal during the start ends what has been started by then. Every one is heard: Ctrl-C comes
  // twice, from the terminal and from npm, and the second would end this process in the middle of its tidying up.
  const toldToEnd = new Promise((resolve) => {
    for (const signal of signals) process.on(signal, resolve);
  });
  const parts = new AsyncDisposableStack();
  try {
    const assembly = await makeAssemblyFolder();
    parts.defer(() => rm(assembly, { recursive: true }));
    // esbuild works in a process of its own: what is loaded meanwhile takes nobody's time.
    const [, { buildApp }, { startLocalCloud }] = await Promise.all([
      bundle(),
      import('../lib/app.ts'),
      import('../lib/local/local-cloud.ts'),
    ]);
    buildApp({ stage: 'local', outdir: assembly }).synth();

    // None yet while functions run at deployment: they have their full names then.
    let functionNames: readonly string[] = [];
    const log = createConsoleLog({
      write: print,
      hasColors: process.stdout.isTTY && process.stdout.hasColors(),
      shortName: (name) => shortName(functionNames, name),
    });
    const cloud = await startLocalCloud({ ...settings, assembly, environment: process.env, onLog: log });
    parts.defer(() => cloud.close());
    functionNames = cloud.functionNames;
    parts.defer(await announce(cloud));

    for (const line of banner(cloud)) print(line);
    cloud.warmUp();
    await toldToEnd;
    setTimeout(() => process.exit(1), shutdownMs).unref();
  } finally {
    await parts.disposeAsync();
  }
}

function explain(error: unknown): string {
  if (error instanceof StartSettingsError || error instanceof TriggerError) return error.message;
  if (v.is(v.object({ code: v.literal('EADDRINUSE'), port: v.number() }), error)) {
    return `Port ${error.port} is taken. Stop what uses it, or take another one: PORT=3001 npm start`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await run();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
process.exit();
