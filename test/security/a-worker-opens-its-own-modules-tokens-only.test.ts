/**
 * Threat 21: the offline worker's role, as it is deployed, opens Gmail's tokens and nothing else. What it tries here the local
 * AWS holds against the policies of the templates.
 */
import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createDynamoDataKeyStore } from '../../functions/shared/aws/dynamo-key-stores.ts';
import { createDataKeys } from '../../functions/shared/aws/key-rings.ts';
import { createKmsKeyWrapper, createKmsUnwrap } from '../../functions/shared/aws/kms-keys.ts';
import { createTokenVault } from '../../functions/shared/domain/create-token-vault.ts';
import { type DataKeyPurpose, moduleKeyPurpose } from '../../functions/shared/domain/key-ring.ts';
import type { TokenVault } from '../../functions/shared/domain/token-vault.ts';
import { readAssembly } from '../../lib/local/assembly.ts';
import { awsServerOptions, awsUrl, startAwsEndpoint } from '../../lib/local/aws/endpoint.ts';
import { Faults } from '../../lib/local/faults.ts';
import { listenOnLoopback } from '../../lib/local/loopback.ts';
import { deployTemplates } from '../../lib/local/template.ts';

const clock = () => new Date('2026-11-22T10:00:00Z');

/** The stage's AWS as it is after a deployment, without any function running. */
const server = await listenOnLoopback(0, awsServerOptions);
const deployment = deployTemplates((await readAssembly(inject('localAssembly'))).stacks, {
  parameters: {},
  apiEndpoint: 'http://localhost:3000',
  queueUrl: (name) => `${awsUrl(server)}/000000000000/${name}`,
});
const aws = await startAwsEndpoint({ server, deployment, secrets: {}, faults: new Faults() });
afterAll(() => aws.close());

const physicalId = (name: string): string =>
  deployment.resources.find(({ logicalId }) => new RegExp(`^${name}[0-9A-F]{8}$`).test(logicalId))?.physicalId ?? '';
const keyId = physicalId('EnvelopeKey');
const Keys = physicalId('Keys');

const roleOf = (name: string): string => {
  const role = deployment.resources.find(
    ({ type, logicalId }) =>
      type === 'AWS::IAM::Role' && new RegExp(`^${name.replaceAll('-', '')}Role[0-9A-F]{8}$`).test(logicalId),
  );
  if (!role) throw new Error(`${name} has no role`);
  return role.physicalId;
};

/** What an SDK client of that function has. */
function as(name: string) {
  const environment = aws.environmentFor(roleOf(name));
  const credentials = {
    accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    ...(environment['AWS_SESSION_TOKEN'] !== undefined && { sessionToken: environment['AWS_SESSION_TOKEN'] }),
  };
  return { region: deployment.region, endpoint: aws.url, credentials, maxAttempts: 1 };
}

const operator = { region: deployment.region, endpoint: aws.url, credentials: aws.operator };
const table = { client: new DynamoDBClient(operator), tableName: Keys };

/** Every purpose that the stage has gets its key, as `rotate-keys` makes it. */
const purposes: readonly DataKeyPurpose[] = ['native-refresh', moduleKeyPurpose('gmail'), moduleKeyPurpose('github')];
const wrapper = createKmsKeyWrapper(new KMSClient(as('rotate-keys')), keyId);
for (const purpose of purposes) {
  const wrapped = await wrapper.makeDataKey(purpose, 1);
  await createDynamoDataKeyStore(table, purpose).add({ number: 1, activeFrom: clock(), wrapped });
}

/** The vault as that function has it, of whichever module it tries. */
function vaultOf(name: string): TokenVault {
  const unwrap = createKmsUnwrap(new KMSClient(as(name)), keyId);
  const keyRing = { table: { client: new DynamoDBClient(as(name)), tableName: Keys }, clock, unwrap };
  return createTokenVault({ stage: 'local', keysOf: (module) => createDataKeys(moduleKeyPurpose(module), keyRing) });
}

const bindingOf = (module: string) => ({ kind: 'connection', userId: 'usr_alice', module, tokenVersion: 1 }) as const;
const denied = { cause: { name: 'AccessDeniedException' } };

describe('the offline worker', () => {
  it('opens Gmail’s tokens', async () => {
    const tokens = { refreshToken: '1//alice' };
    const sealed = await vaultOf('modules').seal(tokens, bindingOf('gmail'));
    expect(await vaultOf('refresh-gmail').open(sealed, bindingOf('gmail'))).toEqual(tokens);
  });

  it('does not open GitHub’s, though it may read their row and their wrapped key', async () => {
    const sealed = await vaultOf('modules').seal({ accessToken: 'gho_alice' }, bindingOf('github'));
    const [wrapped] = await createDynamoDataKeyStore(
      { client: new DynamoDBClient(as('refresh-gmail')), tableName: Keys },
      moduleKeyPurpose('github'),
    ).list();
    expect(wrapped).toBeDefined();
    await expect(vaultOf('refresh-gmail').open(sealed, bindingOf('github'))).rejects.toMatchObject(denied);
  });

  it('does not unwrap what protects native sessions, under its own name or another', async () => {
    const [{ wrapped } = { wrapped: new Uint8Array() }] = await createDynamoDataKeyStore(
      table,
      'native-refresh',
    ).list();
    const unwrap = createKmsUnwrap(new KMSClient(as('refresh-gmail')), keyId);
    await expect(unwrap('native-refresh', 1, wrapped)).rejects.toMatchObject(denied);
    await expect(unwrap(moduleKeyPurpose('gmail'), 1, wrapped)).rejects.toMatchObject({
      cause: { name: 'InvalidCiphertextException' },
    });
  });

  it('reads no secret but Google’s, no user and no session', async () => {
    const secrets = new SecretsManagerClient(as('refresh-gmail'));
    const read = (purpose: string) =>
      secrets.send(new GetSecretValueCommand({ SecretId: `gatehouse/local/${purpose}` }));
    await expect(read('google')).resolves.toBeDefined();
    for (const purpose of ['cookie', 'github', 'workos']) {
      await expect(read(purpose)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    }
    const dynamoDb = new DynamoDBClient(as('refresh-gmail'));
    const asked = [
      dynamoDb.send(new GetItemCommand({ TableName: physicalId('Users'), Key: { userId: { S: 'usr_alice' } } })),
      dynamoDb.send(new GetItemCommand({ TableName: physicalId('Sessions'), Key: { sessionId: { S: 'session' } } })),
      dynamoDb.send(new ScanCommand({ TableName: physicalId('ModuleTokens') })),
    ];
    for (const answer of asked) await expect(answer).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('what hands out the turns', () => {
  it('opens no tokens, and reads no row that has them', async () => {
    const unwrap = createKmsUnwrap(new KMSClient(as('refresh-due-modules')), keyId);
    const [{ wrapped } = { wrapped: new Uint8Array() }] = await createDynamoDataKeyStore(
      table,
      moduleKeyPurpose('gmail'),
    ).list();
    await expect(unwrap(moduleKeyPurpose('gmail'), 1, wrapped)).rejects.toMatchObject(denied);
    const Key = { userId: { S: 'usr_alice' }, module: { S: 'gmail' } };
    const get = new GetItemCommand({ TableName: physicalId('ModuleTokens'), Key });
    await expect(new DynamoDBClient(as('refresh-due-modules')).send(get)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
