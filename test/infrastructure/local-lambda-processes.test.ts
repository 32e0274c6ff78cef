/** The local Lambda: how many processes a function has, and that none is left. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isRunning, untilGone } from '../support/is-running.ts';
import { answerOf, functionOf, newFolder, startFunction } from './local-lambda-fixture.ts';

const tellPid = 'export const handler = async () => process.pid;';
const untilReleased = `
  import { existsSync } from 'node:fs';
  export const handler = async ({ until }) => {
    while (!existsSync(until)) await new Promise(setImmediate);
    return process.pid;
  };`;

describe('concurrency', () => {
  it('takes one event at a time in each process, and starts a process for each event that would have to wait', async () => {
    const { invoke, answer } = await startFunction(untilReleased);
    const until = await gate();
    const both = [invoke({ until: until.path }), invoke({ until: until.path })];
    await until.open();
    const pids = (await Promise.all(both)).map(answerOf);
    expect(new Set(pids).size).toBe(2);
    expect(pids).toContain(await answer({ until: until.path }));
  });

  it('lets events wait at the limit, and throttles what is more', async () => {
    const { invoke } = await startFunction(untilReleased, {}, { maxInstances: 1, maxWaiting: 1 });
    const until = await gate();
    const [first, second] = [invoke({ until: until.path }), invoke({ until: until.path })];
    expect(await invoke({ until: until.path })).toEqual({ kind: 'throttled' });
    await until.open();
    expect(answerOf(await first)).toBe(answerOf(await second));
  });

  it('gives a waiting event a new process when the busy one is lost', async () => {
    const { invoke, lambda } = await startFunction(untilReleased, {}, { maxInstances: 1 });
    const until = await gate();
    const [first, second] = [invoke({ until: until.path }), invoke({ until: until.path })];
    lambda.killInstances('example');
    expect(await first).toMatchObject({ kind: 'failed', error: { errorType: 'Runtime.ExitError' } });
    await until.open();
    expect(answerOf(await second)).toEqual(expect.any(Number));
  });

  /** A file for which handlers wait. */
  async function gate(): Promise<{ path: string; open: () => Promise<void> }> {
    const path = join(await newFolder(), 'open');
    return { path, open: () => writeFile(path, '') };
  }
});

describe('processes', () => {
  it('wait for their first event when warmed up', async () => {
    const { lambda, lines, invoke } = await startFunction(
      "console.log('loaded'); export const handler = async () => 1;",
    );
    lambda.warmUp();
    while (lines.length === 0) await new Promise(setImmediate);
    await invoke();
    expect(lines).toHaveLength(1);
    expect(lines[0]?.requestId).toBeUndefined();
  });

  it('are killed by function or all together', async () => {
    const { lambda, answer } = await startFunction(tellPid);
    const pid = v.parse(v.number(), await answer());
    lambda.killInstances('another');
    expect(await answer()).toBe(pid);
    lambda.killInstances();
    expect(await answer()).not.toBe(pid);
  });

  it('are gone when the local Lambda has closed, with what they were doing failed', async () => {
    const { lambda, invoke, answer } = await startFunction(
      'export const handler = async ({ hang }) => (hang ? new Promise((r) => setTimeout(r, 60_000)) : process.pid);',
    );
    const pid = v.parse(v.number(), await answer());
    const hanging = invoke({ hang: true });
    await lambda.close();
    expect(await hanging).toMatchObject({ kind: 'failed', error: { errorType: 'Runtime.ExitError' } });
    expect(isRunning(pid)).toBe(false);
    expect(await invoke()).toEqual({ kind: 'throttled' });
  });

  it('end when the local cloud is killed, idle or busy', async () => {
    const definition = await functionOf(`
      export const handler = async ({ hang }) => {
        console.log('pid', process.pid);
        if (hang) await new Promise((resolve) => setTimeout(resolve, 60_000));
      };`);
    const module = pathToFileURL(join(import.meta.dirname, '../../lib/local/lambda/lambda.ts'));
    const parent = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { createLambda } from ${JSON.stringify(module)};
         const lambda = createLambda({
           functions: [${JSON.stringify(definition)}],
           onLogLine: ({ line }) => console.log(line),
         });
         await Promise.all([lambda.invoke('example', '{}'), lambda.invoke('example', '{"hang":true}')]);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    onTestFinished(() => void parent.kill('SIGKILL'));
    const lines = await firstLines(parent, 2);
    parent.kill('SIGKILL');
    const pids = lines.map((line) => Number(line.replace('pid ', '')));
    await untilGone(pids);
    expect(pids.filter(isRunning)).toEqual([]);
  });

  async function firstLines({ stdout }: ChildProcess, count: number): Promise<string[]> {
    if (stdout === null) throw new Error('no output to read');
    const reader = createInterface(stdout);
    const lines: string[] = [];
    while (lines.length < count) {
      const [line] = v.parse(v.tuple([v.string()]), await once(reader, 'line'));
      lines.push(line);
    }
    return lines;
  }
});

describe('createLambda()', () => {
  it('knows its functions by name, and no others', async () => {
    const { lambda } = await startFunction(tellPid);
    expect(lambda.functionNames).toEqual(['example']);
    expect(await lambda.invoke('unknown', '{}')).toBeUndefined();
  });
});
