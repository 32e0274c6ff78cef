/** `npm start` and `npm run invoke` as people run them. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { listenOnLoopback } from '../../lib/local/loopback.ts';
import { isRunning, untilGone } from '../support/is-running.ts';
import { newFolder } from './local-lambda-fixture.ts';

const project = join(import.meta.dirname, '../..');
const run = promisify(execFile);

interface Started {
  /** The process id of npm and of its group. */
  readonly group: number;
  readonly url: string;
  readonly port: number;
  /** So far. */
  output(): string;
}

/** Resolves with the `ready` line. */
async function npmStart(): Promise<Started> {
  const port = await freePort();
  const npm = spawn('npm', ['start'], {
    cwd: project,
    env: environment({ PORT: String(port) }),
    // A process group of its own, as a terminal gives it.
    detached: true,
  });
  let output = '';
  npm.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = `http://localhost:${port}`;
  await new Promise<void>((resolve, reject) => {
    npm.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.split('\n').includes(`ready ${url}`)) resolve();
    });
    npm.once('exit', () => reject(new Error(`npm start ended: ${output}`)));
  });
  return { group: npm.pid ?? 0, url, port, output: () => output };
}

/** Without the variables that would make another local cloud of it, and those that npm sets for its scripts. */
function environment(variables: Record<string, string>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|LOCAL_|WORKOS_|VITEST|NODE_)/.test(name));
  return { ...Object.fromEntries(kept), ...variables };
}

async function freePort(): Promise<number> {
  const { port, close } = await listenOnLoopback(0);
  await close();
  return port;
}

/** All processes below that one. */
async function descendantsOf(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([child = 0, itsParent]) => (itsParent === parent ? [child, ...below(child)] : []));
  return below(pid);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function runScript(file: string, args: readonly string[], variables: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, [join(project, 'bin', file), ...args], { env: environment(variables) });
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  return { code: child.exitCode, stdout, stderr };
}

describe('npm start', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'is ready within 20 s and gone within 5 s of a %s',
    { timeout: 40_000 },
    async (signal) => {
      const startedAt = performance.now();
      const { group, url, port, output } = await npmStart();
      expect(performance.now() - startedAt).toBeLessThan(20_000);
      expect((await fetch(`${url}/`)).status).toBe(200);
      const urls = output().match(/http:\/\/[\w.]+:\d+/g) ?? [];
      expect(new Set(urls).size).toBe(5);

      const processes = await descendantsOf(group);
      // Node, and an instance of each function.
      expect(processes.length).toBeGreaterThan(5);
      const signalledAt = performance.now();
      // A terminal sends Ctrl-C to all of them, and npm passes on what it gets: Node hears it twice.
      process.kill(signal === 'SIGINT' ? -group : group, signal);
      await untilGone(processes);
      expect(performance.now() - signalledAt).toBeLessThan(5000);
      for (const each of urls) await expect(fetch(each)).rejects.toThrow();
      expect(existsSync(join(project, '.local', `${port}.json`))).toBe(false);
    },
  );

  it('leaves no instance behind when it is killed', { timeout: 40_000 }, async () => {
    const { group, port } = await npmStart();
    const processes = await descendantsOf(group);
    const [node = 0] = processes;
    process.kill(node, 'SIGKILL');
    await untilGone(processes);
    expect(processes.filter(isRunning)).toEqual([]);

    // It could not take this away, and nobody is misled by it.
    const announcement = join(project, '.local', `${port}.json`);
    onTestFinished(() => rm(announcement));
    expect(existsSync(announcement)).toBe(true);
    const { stderr } = await runScript('invoke.ts', ['session'], { PORT: String(port) });
    expect(stderr).toContain(`No local cloud runs on port ${port}.`);
  });

  it('says that a port is taken and what to do', async () => {
    const { port, close } = await listenOnLoopback(0);
    onTestFinished(close);
    const { code, stderr } = await runScript('local.ts', [], { PORT: String(port) });
    expect(code).toBe(1);
    expect(stderr).toBe(`Port ${port} is taken. Stop what uses it, or take another one: PORT=3001 npm start\n`);
  });

  it('says in one line which variable is wrong', async () => {
    const ended = await runScript('local.ts', [], { LOCAL_ACCESS_TOKEN_SECONDS: '2s' });
    const stderr = 'LOCAL_ACCESS_TOKEN_SECONDS=2s: must be a whole number from 1 to 86400.\n';
    expect(ended).toEqual({ code: 1, stdout: '', stderr });
  });
});

describe('npm run invoke', () => {
  let started: Started;

  beforeAll(async () => {
    started = await npmStart();
  });

  afterAll(async () => {
    const processes = await descendantsOf(started.group);
    process.kill(started.group);
    await untilGone(processes);
  });

  const invoke = (...args: string[]) => runScript('invoke.ts', args, { PORT: String(started.port) });

  it("prints a function's answer to an event of its route", async () => {
    const { code, stdout } = await invoke('session');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 401, headers: { 'content-type': 'application/json' } });
  });

  it('runs a scheduled function out of turn', async () => {
    const { code, stdout } = await invoke('rotate-keys');
    expect({ code, answer: JSON.parse(stdout) }).toEqual({ code: 0, answer: { created: [], removed: [] } });
  });

  it('gives the function the event of a file', async () => {
    const file = join(await newFolder(), 'event.json');
    const http = { method: 'HEAD', sourceIp: '127.0.0.1' };
    const event = { rawPath: '/login', rawQueryString: '', headers: {}, requestContext: { http, requestId: 'mine' } };
    await writeFile(file, JSON.stringify(event));
    const { stdout } = await invoke('gatehouse-local-default-route', file);
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 200, headers: { allow: 'OPTIONS, HEAD, GET' } });
  });

  it('prints the error of a function that fails, and fails', async () => {
    const file = join(await newFolder(), 'event.json');
    await writeFile(file, '{}');
    const { code, stdout } = await invoke('session', file);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ errorType: 'TypeError' });
  });

  it('names the functions when there is none of that name', async () => {
    const { code, stderr } = await invoke('sesion');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^There is no function sesion\. Functions: .*\bsession\b/);
  });

  it('says how it is used when no function is named', async () => {
    expect(await invoke()).toMatchObject({ code: 1, stderr: expect.stringContaining('Usage: npm run invoke') });
  });

  it('refuses an event that is missing or not JSON', async () => {
    const file = join(await newFolder(), 'event.json');
    expect(await invoke('session', file)).toMatchObject({ code: 1, stderr: `${file} cannot be read.\n` });
    await writeFile(file, '{');
    expect(await invoke('session', file)).toMatchObject({ code: 1, stderr: expect.stringContaining('is not JSON') });
  });

  it('says that no local cloud runs there', async () => {
    const port = String(await freePort());
    const { code, stderr } = await runScript('invoke.ts', ['session'], { PORT: port });
    expect(code).toBe(1);
    expect(stderr).toContain(`No local cloud runs on port ${port}.`);
  });
});
