/**
 * `npm run secret -- --stage <s> NAME=value …`: merges fields into the stage's secrets and leaves the others as they are.
 * Values are never printed. With `NAME=-` a value comes from standard input, where no shell history and no `npm run` shows it.
 */
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { App } from 'aws-cdk-lib/core';
import * as v from 'valibot';
import { unsetSecretField } from '../lib/constructs/purpose-secret.ts';
import { cookieSecretRule, isCookieSecret } from '../lib/cookie-secret.ts';
import { DataStack } from '../lib/data-stack.ts';
import { jsonObject } from '../lib/local/json-object.ts';
import { readPort, StartSettingsError } from '../lib/local/start-settings.ts';
import { findRunningCloud } from '../lib/local/state-folder.ts';
import { SettingsError, settingsFor } from '../lib/stages.ts';

/** Something that whoever typed the command can mend. Its message holds no value. */
class UsageError extends Error {}

type Fields = ReadonlyMap<string, string>;

const usage =
  'npm run secret -- --stage <stage> NAME=value [NAME=value ...], where NAME=- reads the value from standard input';
const whenItTakesEffect = `Functions that lacked a value read it with their next request. Those that run keep what they have read until WorkOS
refuses it or a session does not open, and then read again, at most once a minute: docs/deploy.md, "Rotating keys".`;

async function run(args: string[]): Promise<void> {
  const { stage, assignments } = parseCommand(args);
  const secretOf = secretsByField(stage);
  refuseUnknownNames(assignments, secretOf);
  const values = new Map<string, string>();
  for (const [name, given] of assignments) {
    const value = given === '-' ? await readValue(name) : given;
    checkValue(name, value);
    values.set(name, value);
  }

  const client = await connect(stage);
  const region = await client.config.region().catch(() => {
    throw new UsageError('No AWS region: set AWS_REGION, or the region of your AWS profile.');
  });
  for (const [secretId, entries] of Map.groupBy(values, ([name]) => secretOf.get(name) ?? '')) {
    const unset = await merge(client, secretId, new Map(entries)).catch((error: unknown) => {
      throw toUsageError(error, secretId, `${region}, stage ${stage}`);
    });
    console.log(`${secretId} in ${region}: ${entries.map(([name]) => name).join(', ')} set.`);
    if (unset.length > 0) console.log(`Still ${unsetSecretField}: ${unset.join(', ')}.`);
  }
  console.log(whenItTakesEffect);
}

/** What cannot be read is not repeated: a slip of the hand must not put a key on the screen. */
function parseCommand(args: string[]): { stage: string; assignments: Fields } {
  const options = { stage: { type: 'string' } } as const;
  const { values, positionals } = orUsage(() => parseArgs({ args, options, allowPositionals: true }));
  if (values.stage === undefined) throw new UsageError(`Which stage? ${usage}`);
  const assignments = new Map<string, string>();
  for (const positional of positionals) {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(positional) ?? [];
    if (name === undefined || value === undefined) throw new UsageError(`Every field is NAME=value: ${usage}`);
    if (assignments.has(name)) throw new UsageError(`${name} is given twice.`);
    assignments.set(name, value);
  }
  if (assignments.size === 0) throw new UsageError(`Which field? ${usage}`);
  if ([...assignments.values()].filter((value) => value === '-').length > 1) {
    throw new UsageError('Only one value can come from standard input: run the command once for each.');
  }
  return { stage: values.stage, assignments };
}

function orUsage<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch {
    throw new UsageError(usage);
  }
}

const SecretProperties = v.object({
  name: v.string(),
  secretString: v.optional(v.pipe(v.string(), v.parseJson(), jsonObject)),
  generateSecretString: v.optional(v.object({ generateStringKey: v.string() })),
});

/** The name of the secret that holds a field, as the stage's stack says. @throws {SettingsError} */
function secretsByField(stage: string): ReadonlyMap<string, string> {
  // The folder stays as it is: nothing is synthesized.
  const app = new App({ outdir: tmpdir(), analyticsReporting: false });
  const data = new DataStack(app, { settings: settingsFor(stage) });
  const secrets = data.node.findAll().filter((node) => node instanceof CfnSecret);
  return new Map(
    secrets.flatMap(({ name, secretString, generateSecretString }) => {
      const properties = v.parse(SecretProperties, data.resolve({ name, secretString, generateSecretString }));
      const fields = [
        ...Object.keys(properties.secretString ?? {}),
        ...(properties.generateSecretString ? [properties.generateSecretString.generateStringKey] : []),
      ];
      return fields.map((field) => [field, properties.name] as const);
    }),
  );
}

function refuseUnknownNames(assignments: Fields, secretOf: ReadonlyMap<string, string>): void {
  const unknown = [...assignments.keys()].filter((name) => !secretOf.has(name));
  if (unknown.length === 0) return;
  throw new UsageError(`No secret has a field ${unknown.join(', ')}. Fields: ${[...secretOf.keys()].join(', ')}.`);
}

/** From a pipe to its end; from a terminal one line, which is not shown. */
async function readValue(name: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) return (await text(stdin)).replace(/\r?\n$/, '');
  stderr.write(`${name} (not shown): `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
  const { value } = await lines[Symbol.asyncIterator]().next();
  lines.close();
  stderr.write('\n');
  return v.parse(v.optional(v.string(), ''), value);
}

function checkValue(name: string, value: string): void {
  if (value === '') throw new UsageError(`${name} has no value: ${usage}`);
  if (value === unsetSecretField) {
    throw new UsageError(`${name} cannot be ${unsetSecretField}: that is what an empty field holds.`);
  }
  if (name === 'WORKOS_COOKIE_PASSWORD' && !isCookieSecret(value)) {
    throw new UsageError(`${name} needs ${cookieSecretRule}. Nothing was changed.`);
  }
}

async function connect(stage: string): Promise<SecretsManagerClient> {
  if (stage !== 'local') return new SecretsManagerClient();
  const port = readPort(process.env);
  const cloud = await findRunningCloud(port);
  if (!cloud)
    throw new UsageError(`No local cloud runs on port ${port}. Start one with npm start, or set PORT to its port.`);
  const { url: endpoint, region, accessKeyId, secretAccessKey } = cloud.aws;
  return new SecretsManagerClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
}

const maxAttempts = 8;
const retryMs = 100;

/**
 * Whoever merges into the same versions names the new one alike, and Secrets Manager makes a version once: of two
 * operators the second is refused, reads what the first wrote and merges into that.
 *
 * @returns the secret's fields that nobody has filled in yet.
 */
async function merge(client: SecretsManagerClient, secretId: string, fields: Fields): Promise<readonly string[]> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const { held, successor } = await read(client, secretId);
    const merged = { ...held, ...Object.fromEntries(fields) };
    const put = new PutSecretValueCommand({
      SecretId: secretId,
      SecretString: JSON.stringify(merged),
      ClientRequestToken: successor,
    });
    try {
      await client.send(put);
      return Object.keys(merged).filter((name) => merged[name] === unsetSecretField);
    } catch (error) {
      // The message of another error may quote what was sent.
      if (!(error instanceof ResourceExistsException))
        throw new UsageError(`${secretId} not written: ${nameOf(error)}.`);
    }
    await delay(attempt * retryMs);
  }
  throw new UsageError(`${secretId} not written: others are changing it right now. Try again.`);
}

const Held = v.pipe(v.string(), v.parseJson(), jsonObject);

async function read(client: SecretsManagerClient, secretId: string) {
  const { VersionIdsToStages: stages = {} } = await client.send(new DescribeSecretCommand({ SecretId: secretId }));
  const versionAt = (stage: string) => Object.keys(stages).find((id) => stages[id]?.includes(stage));
  const current = versionAt('AWSCURRENT');
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionId: current }));
  const held = v.safeParse(Held, SecretString);
  if (!held.success) throw new UsageError(`${secretId} holds no JSON object: put one there in the AWS console.`);
  // Also of the version before: after a roll-back the one that was current has had a successor already.
  const origin = `${current} after ${versionAt('AWSPREVIOUS')}`;
  return { held: held.output, successor: createHash('sha256').update(origin).digest('hex') };
}

function toUsageError(error: unknown, secretId: string, where: string): unknown {
  if (error instanceof UsageError || !(error instanceof Error)) return error;
  if (error instanceof ResourceNotFoundException) {
    return new UsageError(
      `There is no secret ${secretId} in ${where}. Deploy first: npm run deploy -- -c stage=<stage>`,
    );
  }
  if (error.name === 'CredentialsProviderError') {
    return new UsageError(`No AWS credentials: set AWS_PROFILE, or sign in with the AWS CLI. (${error.message})`);
  }
  if (error.name === 'AccessDeniedException') {
    return new UsageError(
      `These AWS credentials may not do it: DescribeSecret, GetSecretValue and PutSecretValue on ${secretId}. (${error.message})`,
    );
  }
  return new UsageError(`${secretId} not read: ${nameOf(error)}: ${error.message}`);
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

try {
  await run(process.argv.slice(2));
} catch (error) {
  const isKnown = error instanceof UsageError || error instanceof SettingsError || error instanceof StartSettingsError;
  if (!isKnown) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
