/** Follows README's "An endpoint of your own" word by word, in a copy of the project. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { signInToApp } from '../support/app-sign-in.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { type CodeBlock, codeBlocks, readmeSection } from '../support/readme.ts';
import { expireAccessToken } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';

const original = join(import.meta.dirname, '../..');
const section = readmeSection('An endpoint of your own');
const project = await mkdtemp(join(tmpdir(), 'gatehouse-readme-'));
afterAll(() => rm(project, { recursive: true }));

await copyProject();
await codeBlocks(section).reduce((before, block) => before.then(() => follow(block)), Promise.resolve());
await run('node', 'bin/synth.ts', '-c', 'stage=local');
const gatehouse = await startGatehouse({ assembly: join(project, 'cdk.out') });
const hello = `${gatehouse.url}/hello`;

describe("README's endpoint of one's own", () => {
  it('is three files and one statement', () => {
    expect(codeBlocks(section).map(({ title }) => title)).toEqual([
      'functions/hello/env.ts',
      'functions/hello/hello.ts',
      'functions/hello/handler.ts',
      'lib/service-stack.ts, below the other routes',
    ]);
  });

  it('greets Alice by name', async () => {
    const browser = new UserAgent();
    await browser.signIn(gatehouse.url);
    const answer = await browser.send(hello);
    expect(answer.status).toBe(200);
    expect(answer.body).toBe('{"hello":"Alice Archer"}');
  });

  it('greets Alice in an app', async () => {
    const { token } = await signInToApp(gatehouse.url);
    const answer = await new UserAgent().send(hello, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.body).toBe('{"hello":"Alice Archer"}');
  });

  it('answers 401 to everyone else', async () => {
    const answer = await new UserAgent().send(hello);
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'unauthenticated' });
  });

  it('refreshes a session when due', async () => {
    const browser = new UserAgent();
    await browser.signIn(gatehouse.url);
    await expireAccessToken(gatehouse, browser);
    const answer = await browser.send(hello);
    expect(answer.status).toBe(200);
    expect(answer.setCookies).toEqual([expect.stringMatching(/^wos-session=Fe26\.2/)]);
  });

  it('pleases the compiler and the linter', async () => {
    expect(await run('tsc', '--noEmit')).toBe('');
    expect(await run('oxlint', '--deny-warnings', '--format=unix', 'functions/hello')).toBe('');
  });

  it('does not compile when the stack forgets a variable that env.ts asks for', async () => {
    const env = join(project, 'functions/hello/env.ts');
    const source = await readFile(env, 'utf8');
    await writeFile(env, source.replace('v.object(apiEntries)', 'v.object({ ...apiEntries, GREETING: v.string() })'));
    await expect(run('tsc', '--noEmit')).rejects.toMatchObject({
      stdout: expect.stringMatching(/^lib\/service-stack\.ts.*'GREETING' is missing/),
    });
  });

  it('names other ways to tell who asks that there are', async () => {
    const wiring = await readFile(join(original, 'functions/shared/wiring/env.ts'), 'utf8');
    const protectedEndpoint = await readFile(join(original, 'functions/shared/http/protected-endpoint.ts'), 'utf8');
    for (const auth of section.matchAll(/auth: '(\w+)'/g)) expect(protectedEndpoint).toContain(`readonly ${auth[0]}`);
    expect(section).toContain('`sessionEntries`');
    expect(wiring).toContain('export const sessionEntries');
  });

  it('may name a table with its grant as README says', async () => {
    expect(section).toContain("`USERS_TABLE: data.users.allow('GetItem')`");
    const environments = await readFile(join(original, 'lib/environments.ts'), 'utf8');
    expect(environments).toContain("USERS_TABLE: data.users.allow('GetItem')");
  });
});

async function copyProject(): Promise<void> {
  const names = ['bin', 'lib', 'functions', 'package.json', 'tsconfig.json', '.oxlintrc.json'];
  await Promise.all(names.map((name) => cp(join(original, name), join(project, name), { recursive: true })));
  await symlink(join(original, 'node_modules'), join(project, 'node_modules'));
}

/** Writes a block to the file that its first line names, or into the middle of one where it says so. */
async function follow({ title = '', code }: CodeBlock): Promise<void> {
  const [path = '', place] = title.split(', ');
  const file = join(project, path);
  await mkdir(dirname(file), { recursive: true });
  if (place === undefined) return writeFile(file, code);
  expect(place).toBe('below the other routes');
  const source = await readFile(file, 'utf8');
  const end = '\n    });\n';
  const below = source.indexOf(end, source.lastIndexOf('add.endpoint<')) + end.length;
  await writeFile(file, source.slice(0, below) + code + source.slice(below));
}

/** @returns what it wrote. @throws Error with `stdout` when it fails. */
async function run(command: string, ...args: readonly string[]): Promise<string> {
  const path = `${join(original, 'node_modules/.bin')}:${process.env['PATH']}`;
  const { stdout } = await promisify(execFile)(command, args, { cwd: project, env: { ...process.env, PATH: path } });
  return stdout;
}
