/** `npm run secret`: what it writes, what it leaves alone, and what it says instead of failing in the operator's hands. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseCookiePasswords } from '../../functions/shared/crypto/cookie-passwords.ts';
import { Faults } from '../../lib/local/faults.ts';
import { announce } from '../../lib/local/state-folder.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { allow, type ClientConfig, functionThatMay, startLocalAws } from './local-aws.ts';
import { synthesize } from './templates.ts';

interface Run {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Runs the command, and holds it to silence about the values that it is given. */
async function secret(args: readonly string[], { env = {}, stdin = '' }: Run = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|WORKOS_|PORT$)/.test(name));
  const files = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/secret.ts'), ...args], {
    env: { ...Object.fromEntries(kept), ...files, AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });
  child.stdin.end(stdin);
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  const values = [stdin.trim(), ...args.map((arg) => arg.slice(arg.indexOf('=') + 1))];
  for (const value of values.filter((each) => /secret|\d{4}/.test(each))) expect(stdout + stderr).not.toContain(value);
  return { code: child.exitCode, stdout, stderr: stderr.trimEnd() };
}

const asEnvironment = ({ endpoint, region, credentials }: ClientConfig) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
});

const { Resources } = synthesize().data;

/** The secrets of the stage dev as its stack makes them, in an AWS of the test's own. */
async function deployed(faults = '') {
  const secrets = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::SecretsManager::Secret');
  const everything = functionThatMay('reader', allow('secretsmanager:DescribeSecret', '*'));
  const aws = await startLocalAws({ ...Object.fromEntries(secrets), ...everything }, { faults: new Faults(faults) });
  const client = new SecretsManagerClient(aws.asOperator());
  return {
    aws,
    client,
    env: asEnvironment(aws.asOperator()),
    fieldsOf: async (SecretId: string): Promise<unknown> => {
      const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
      return JSON.parse(SecretString);
    },
  };
}

const workos = 'gatehouse/dev/workos';
const untouched = { WORKOS_API_KEY: 'not-set', WORKOS_CLIENT_ID: 'not-set', WORKOS_WEBHOOK_SECRET: 'not-set' };
const password = (letter: string) => `secret-${letter.repeat(32)}`;

describe('npm run secret', () => {
  it('sets a field, leaves the others, and says what is missing and when it takes effect', async () => {
    const { env, fieldsOf } = await deployed();
    const { code, stdout } = await secret(['--stage', 'dev', 'WORKOS_API_KEY=sk_secret_1'], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^gatehouse\/dev\/workos in us-east-1: WORKOS_API_KEY set\.\n/);
    expect(stdout).toContain('Still not-set: WORKOS_CLIENT_ID, WORKOS_WEBHOOK_SECRET.\n');
    expect(stdout).toContain('Functions that lacked a value read it with their next request.');
    expect(await fieldsOf(workos)).toEqual({ ...untouched, WORKOS_API_KEY: 'sk_secret_1' });
  });

  it('puts each field into the secret that has it', async () => {
    const { env, fieldsOf } = await deployed();
    const passwords = JSON.stringify([password('n'), password('o')]);
    const args = ['WORKOS_CLIENT_ID=client_secret=1', `WORKOS_COOKIE_PASSWORD=${passwords}`];
    expect(await secret(['--stage', 'dev', ...args], { env })).toMatchObject({ code: 0, stderr: '' });
    expect(await fieldsOf(workos)).toEqual({ ...untouched, WORKOS_CLIENT_ID: 'client_secret=1' });
    expect(await fieldsOf('gatehouse/dev/cookie')).toEqual({ WORKOS_COOKIE_PASSWORD: passwords });
  });

  it.each(['sk_secret_1\n', 'sk_secret_1\r\n'])('reads %j from standard input', async (stdin) => {
    const { env, fieldsOf } = await deployed();
    await secret(['--stage', 'dev', 'WORKOS_API_KEY=-'], { env, stdin });
    expect(await fieldsOf(workos)).toMatchObject({ WORKOS_API_KEY: 'sk_secret_1' });
  });

  it("writes into the running local cloud that PORT names, with that cloud's own keys", async () => {
    const cloud = await startGatehouse();
    onTestFinished(await announce(cloud));
    const run = await secret(['--stage', 'local', 'WORKOS_WEBHOOK_SECRET=secret_2'], {
      env: { PORT: String(cloud.port), AWS_REGION: 'eu-west-1' },
    });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const { url: endpoint, operator } = cloud.aws;
    const client = new SecretsManagerClient({ endpoint, region: 'us-east-1', credentials: { ...operator } });
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: 'gatehouse/local/workos' }));
    expect(JSON.parse(SecretString)).toEqual({
      WORKOS_API_KEY: cloud.workos.apiKey,
      WORKOS_CLIENT_ID: cloud.workos.clientId,
      WORKOS_WEBHOOK_SECRET: 'secret_2',
    });
  });
});

describe('two operators at once', () => {
  it('keep what each of them wrote', async () => {
    // The first has read when the second starts, and writes after it.
    const { aws, env, fieldsOf } = await deployed('secretsmanager.GetSecretValue=slow:3000*1');
    const first = secret(['--stage', 'dev', 'WORKOS_API_KEY=sk_secret_1'], { env });
    await expect.poll(() => aws.calls.get('secretsmanager.GetSecretValue'), { timeout: 10_000 }).toBe(1);
    await secret(['--stage', 'dev', 'WORKOS_CLIENT_ID=client_secret_2'], { env });
    expect((await first).code).toBe(0);
    expect(await fieldsOf(workos)).toEqual({
      ...untouched,
      WORKOS_API_KEY: 'sk_secret_1',
      WORKOS_CLIENT_ID: 'client_secret_2',
    });
  });

  it('make one version when an answer is lost and the call repeated', async () => {
    const { aws, client, env, fieldsOf } = await deployed('secretsmanager.PutSecretValue=lost*1');
    const first = (await client.send(new GetSecretValueCommand({ SecretId: workos }))).VersionId ?? '';
    expect((await secret(['--stage', 'dev', 'WORKOS_API_KEY=sk_secret_1'], { env })).code).toBe(0);
    expect(aws.calls.get('secretsmanager.PutSecretValue')).toBe(2);
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: workos }));
    expect(VersionIdsToStages?.[first]).toEqual(['AWSPREVIOUS']);
    expect(await fieldsOf(workos)).toMatchObject({ WORKOS_API_KEY: 'sk_secret_1' });
  });

  it('are not in the way of one who comes after a roll-back', async () => {
    const { client, env, fieldsOf } = await deployed();
    const { VersionId } = await client.send(new GetSecretValueCommand({ SecretId: workos }));
    // The version that this command once made from the current one, and that somebody has taken back.
    const ClientRequestToken = createHash('sha256').update(`${VersionId} after undefined`).digest('hex');
    const takenBack = { SecretString: '{"WORKOS_API_KEY":"sk_wrong"}', VersionStages: ['AWSPREVIOUS'] };
    await client.send(new PutSecretValueCommand({ SecretId: workos, ClientRequestToken, ...takenBack }));
    expect((await secret(['--stage', 'dev', 'WORKOS_API_KEY=sk_secret_1'], { env })).code).toBe(0);
    expect(await fieldsOf(workos)).toEqual({ ...untouched, WORKOS_API_KEY: 'sk_secret_1' });
  });
});

describe('a mistake', () => {
  const fields =
    'WORKOS_API_KEY, WORKOS_CLIENT_ID, WORKOS_WEBHOOK_SECRET, WORKOS_COOKIE_PASSWORD, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET';

  it.each([
    [[], 'Which stage? npm run secret -- --stage <stage> NAME=value'],
    [['--stage', 'dev'], 'Which field? npm run secret'],
    [['--stage', 'staging', 'WORKOS_API_KEY=x'], 'There is no stage "staging". Stages: local, dev, prod.'],
    [['--stage', 'dev', 'WORKOS_KEY=x'], `No secret has a field WORKOS_KEY. Fields: ${fields}.`],
    [['--stage', 'dev', 'WORKOS_API_KEY', 'sk_secret_1'], 'Every field is NAME=value'],
    [['--stage', 'dev', 'c2VjcmV0LTEyMzQ='], 'Every field is NAME=value'],
    [['--stage', 'dev', '--WORKOS_API_KEY=sk_secret_1'], 'npm run secret -- --stage'],
    [['--stage', 'dev', 'WORKOS_API_KEY='], 'WORKOS_API_KEY has no value'],
    [['--stage', 'dev', 'WORKOS_API_KEY=-'], 'WORKOS_API_KEY has no value'],
    [['--stage', 'dev', 'WORKOS_API_KEY=not-set'], 'WORKOS_API_KEY cannot be not-set'],
    [['--stage', 'dev', 'WORKOS_API_KEY=sk_secret_1', 'WORKOS_API_KEY=sk_secret_2'], 'WORKOS_API_KEY is given twice'],
    [['--stage', 'dev', 'WORKOS_API_KEY=-', 'WORKOS_CLIENT_ID=-'], 'Only one value can come from standard input'],
    [['--stage', 'local', 'WORKOS_API_KEY=sk_secret_1'], 'No local cloud runs on port 1. Start one with npm start'],
  ])('in %j is named in a sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await secret(args, { env: { PORT: '1' } });
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(stderr).toContain(sentence);
  });

  it.each([
    ['secret-too-short'],
    [JSON.stringify([password('n'), 'secret-too-short'])],
    [JSON.stringify([])],
    [`["${password('n')}", "${password('o')}"`],
  ])('in a cookie password is refused here, before functions refuse it: %s', async (value) => {
    expect(() => parseCookiePasswords(value)).toThrow('needs at least 32 characters');
    const { code, stderr } = await secret(['--stage', 'dev', `WORKOS_COOKIE_PASSWORD=${value}`]);
    expect(code).toBe(1);
    expect(stderr).toContain('WORKOS_COOKIE_PASSWORD needs at least 32 characters');
  });

  it.each([[password('x')], [` ${JSON.stringify([password('n'), password('o')])}`]])(
    'is not seen in a cookie password that functions take: %s',
    async (value) => {
      const { env, fieldsOf } = await deployed();
      expect(parseCookiePasswords(value)).toContainEqual(expect.stringContaining('secret-'));
      expect(await secret(['--stage', 'dev', `WORKOS_COOKIE_PASSWORD=${value}`], { env })).toMatchObject({ code: 0 });
      expect(await fieldsOf('gatehouse/dev/cookie')).toEqual({ WORKOS_COOKIE_PASSWORD: value });
    },
  );
});

describe('an AWS that cannot do it', () => {
  const args = ['--stage', 'dev', 'WORKOS_API_KEY=sk_secret_1'];

  it('says that there is no region', async () => {
    expect(await secret(args)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^No AWS region: set AWS_REGION/),
    });
  });

  it('says that there are no credentials', async () => {
    const { code, stderr } = await secret(args, { env: { AWS_REGION: 'eu-west-1' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^No AWS credentials: set AWS_PROFILE, or sign in with the AWS CLI\. \(.+\)$/);
  });

  it('says that the stage is not deployed there', async () => {
    const { env } = await deployed();
    const { code, stderr } = await secret(['--stage', 'prod', 'WORKOS_API_KEY=sk_secret_1'], { env });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'There is no secret gatehouse/prod/workos in us-east-1, stage prod. Deploy first: npm run deploy -- -c stage=<stage>',
    );
  });

  it('says what permissions it takes', async () => {
    const { aws, fieldsOf } = await deployed();
    const { code, stderr } = await secret(args, { env: asEnvironment(aws.as('reader')) });
    expect(code).toBe(1);
    expect(stderr).toMatch(/DescribeSecret, GetSecretValue and PutSecretValue on gatehouse\/dev\/workos\. \(.*reader/);
    expect(await fieldsOf(workos)).toEqual(untouched);
  });

  it('says that nothing was written, and no more of an answer that may quote what was sent', async () => {
    const { env, fieldsOf } = await deployed('secretsmanager.PutSecretValue=404');
    const ended = { code: 1, stdout: '', stderr: 'gatehouse/dev/workos not written: ClientError.' };
    expect(await secret(args, { env })).toEqual(ended);
    expect(await fieldsOf(workos)).toEqual(untouched);
  });

  it('says that the secret holds something else', async () => {
    const { client, env, fieldsOf } = await deployed();
    await client.send(new PutSecretValueCommand({ SecretId: workos, SecretString: '["secret"]' }));
    const { code, stderr } = await secret(args, { env });
    expect(code).toBe(1);
    expect(stderr).toBe('gatehouse/dev/workos holds no JSON object: put one there in the AWS console.');
    expect(await fieldsOf(workos)).toEqual(['secret']);
  });
});
