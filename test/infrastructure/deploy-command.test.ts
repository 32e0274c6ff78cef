/** `npm run deploy`: what it refuses, what it asks of the CDK CLI, and what it says afterwards. Nothing is deployed here. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { newFolder } from './local-lambda-fixture.ts';
import { synthesize } from './templates.ts';

const project = join(import.meta.dirname, '../..');

/** Without a network, and with nobody's credentials. */
const nobody = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

function start(args: readonly string[], path: string, variables: Record<string, string> = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
  return spawn(process.execPath, [join(project, 'bin/deploy.ts'), ...args], {
    cwd: project,
    env: { ...Object.fromEntries(kept), ...nobody, PATH: path, ...variables },
  });
}

async function ended(child: ReturnType<typeof start>) {
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  return { code: child.exitCode, stdout, stderr };
}

/** A `cdk` that notes its arguments and then does what the test says, in place of the real one. */
async function fakeCdk(body: string) {
  const folder = await newFolder();
  const argumentsFile = join(folder, 'arguments.json');
  const script = `#!${process.execPath}
    const { mkdirSync, writeFileSync } = require('node:fs');
    const args = process.argv.slice(2);
    const valueOf = (name) => args[args.indexOf(name) + 1];
    writeFileSync(${JSON.stringify(argumentsFile)}, JSON.stringify(args));
    ${body}`;
  await writeFile(join(folder, 'cdk'), script);
  await chmod(join(folder, 'cdk'), 0o755);
  const temporary = await newFolder();
  return {
    start: (...args: string[]) => start(args, folder, { TMPDIR: temporary }),
    arguments: async (): Promise<unknown> => JSON.parse(await readFile(argumentsFile, 'utf8')),
    leftovers: () => readdir(temporary),
  };
}

const serviceTemplate = JSON.stringify(synthesize().service);

/** What CloudFormation would answer, under the template that the stage really has. */
function deploying(stage: string, outputs: Record<string, string>): string {
  const stack = `gatehouse-${stage}-service`;
  return `
    mkdirSync(valueOf('--output'));
    writeFileSync(valueOf('--output') + '/${stack}.template.json', ${JSON.stringify(serviceTemplate)});
    writeFileSync(valueOf('--output') + '/gatehouse-${stage}-data.template.json', '{}');
    const outputs = { '${stack}': ${JSON.stringify(outputs)}, 'gatehouse-${stage}-data': { ExportsOutputRefUsers: 'users' } };
    writeFileSync(valueOf('--outputs-file'), JSON.stringify(outputs));`;
}

describe('npm run deploy', () => {
  it.each([
    [[], 'Which stage? npm run deploy -- -c stage=<dev|prod>'],
    [['-c', 'stage='], 'Which stage?'],
    [['-c', 'stage=dev', '-c', 'stage=prod'], 'Which stage?'],
    [['-c', 'stage=staging'], 'There is no stage "staging". Stages: local, dev, prod.'],
    [['-c', 'stage=local'], 'The stage local runs on this machine: npm start.'],
    [['-c', 'stage=prod', '-c', 'publicUrl=http://localhost'], 'publicUrl must start with https:// in prod'],
    [['--context', 'stage=dev', '-c', 'alarmTopicArn=oncall'], 'alarmTopicArn must be the ARN of an SNS topic'],
    [['-c', 'stage=prod'], 'publicUrl is https://auth.example.com, an example. Put your own into lib/stages.ts'],
  ])('refuses %j before anything runs', async (args, message) => {
    const cdk = await fakeCdk('');
    const { code, stdout, stderr } = await ended(cdk.start(...args));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    await expect(cdk.arguments()).rejects.toThrow('ENOENT');
  });

  it('deploys every stack, with the context and the options that it was given', async () => {
    const cdk = await fakeCdk(deploying('prod', {}));
    const given = ['-c', 'stage=prod', '-c', 'publicUrl=https://auth.acme.test', '--require-approval', 'never'];
    expect((await ended(cdk.start(...given))).code).toBe(0);
    const folder = expect.any(String);
    const own = ['deploy', '--all', '--output', folder, '--outputs-file', folder];
    expect(await cdk.arguments()).toEqual([...own, ...given]);
  });

  it("says where in WorkOS's dashboard each address belongs, and what comes next", async () => {
    const outputs = {
      CallbackUrl: 'https://auth.acme.test/callback',
      LogoutReturnUrl: 'https://auth.acme.test/',
      SignInUrl: 'https://auth.acme.test/login',
    };
    const { stdout } = await ended((await fakeCdk(deploying('dev', outputs))).start('-c', 'stage=dev'));
    expect(stdout.split('\n')).toEqual([
      '',
      'What other places need to know:',
      '  CallbackUrl',
      '    https://auth.acme.test/callback',
      '    WorkOS dashboard, Redirects: redirect URI',
      '  LogoutReturnUrl',
      '    https://auth.acme.test/',
      '    WorkOS dashboard, Redirects: sign-out redirect',
      '  SignInUrl',
      '    https://auth.acme.test/login',
      '    WorkOS dashboard, Redirects: sign-in endpoint',
      '',
      'Next, unless it is done: the secrets.',
      '  npm run secret -- --stage dev WORKOS_API_KEY=-',
      '  docs/deploy.md has every step with its reason.',
      '',
    ]);
  });

  it('fails as the CLI fails, and says nothing of its own then', async () => {
    const cdk = await fakeCdk(`${deploying('dev', { CallbackUrl: 'https://x' })} process.exitCode = 3;`);
    expect(await ended(cdk.start('-c', 'stage=dev'))).toEqual({ code: 3, stdout: '', stderr: '' });
  });

  it('says nothing of outputs when there are none, as after preparing a change set', async () => {
    const cdk = await fakeCdk('');
    expect(await ended(cdk.start('-c', 'stage=dev', '--no-execute'))).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('leaves nothing behind, also when it is told to end', async () => {
    const cdk = await fakeCdk(`process.stdout.write('running'); setInterval(() => {}, 1000);`);
    const child = cdk.start('-c', 'stage=dev');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect((await ended(child)).code).toBe(1);
    expect(await cdk.leftovers()).toEqual([]);
  });

  it('says what to do where there is no CLI', async () => {
    const { code, stderr } = await ended(start(['-c', 'stage=dev'], await newFolder()));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The CDK CLI is not on the PATH\. Run npm ci/);
  });

  it('gets with the real CLI as far as anyone without an AWS account gets', { timeout: 60_000 }, async () => {
    const path = [dirname(process.execPath), join(project, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
    const { code, stdout, stderr } = await ended(start(['-c', 'stage=dev', '--no-notices'], path));
    expect(code).toBe(1);
    // With CI in the environment the CLI reports progress on standard output.
    expect(stdout + stderr).toContain('Synthesis time');
    expect(stdout + stderr).toContain('Unable to resolve AWS account to use');
  });
});
