/** The process of one instance, with the Runtime API that it asks and the output that it writes. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { instanceEnvironment } from './environment.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { readOutput } from './output-lines.ts';
import { type RuntimeApi, startRuntimeApi } from './runtime-api.ts';

export interface InstanceProcess {
  readonly api: RuntimeApi;
  /** Resolves to how the process ended, once all that it wrote has been passed on. */
  readonly exited: Promise<string>;
  /** Resolves when all that an invocation wrote has been passed on. */
  outputRead(requestId: string): Promise<void>;
}

export interface InstanceProcessOptions {
  readonly definition: FunctionDefinition;
  readonly onLine: (line: string) => void;
  readonly onExit: () => void;
  /** Kills the process. */
  readonly signal: AbortSignal;
}

const bootstrap = join(import.meta.dirname, 'bootstrap.mjs');

export async function startProcess(options: InstanceProcessOptions): Promise<InstanceProcess> {
  const { definition, onLine, onExit, signal } = options;
  const api = await startRuntimeApi();
  const child = spawn(process.execPath, [bootstrap], {
    cwd: definition.codePath,
    env: instanceEnvironment(definition, { runtimeApi: api.address, logStreamName: newLogStreamName() }),
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  const outputs = [child.stdout, child.stderr].map((stream) => readOutput(stream, onLine));
  const exited = Promise.withResolvers<string>();
  let cannotStart: string | undefined;
  child.once('error', (error) => {
    if (!signal.aborted) cannotStart = error.message;
  });
  child.once('exit', onExit);
  child.once('close', (code, killedBy) => {
    onExit();
    api.close();
    exited.resolve(cannotStart ?? (killedBy === null ? `exit status ${code}` : `signal: ${killedBy}`));
  });
  return {
    api,
    exited: exited.promise,
    async outputRead(requestId) {
      const marks = await Promise.all(outputs.map((output) => output.hasMark(requestId)));
      if (marks.includes(false)) await exited.promise;
    },
  };
}

function newLogStreamName(): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[$LATEST]${randomBytes(16).toString('hex')}`;
}
