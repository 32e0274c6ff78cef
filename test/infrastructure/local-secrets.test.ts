/** The local Secrets Manager: first values as CloudFormation writes them, versions and stages, and what a request needs. */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { allow, functionThatMay, startLocalAws } from './local-aws.ts';

const secret = (purpose: string, properties: object) => ({
  Type: 'AWS::SecretsManager::Secret',
  Properties: { Name: `gatehouse/local/${purpose}`, ...properties },
});
const workos = { Workos: secret('workos', { SecretString: '{"KEY":"not-set","ID":"not-set"}' }) };
const SecretId = 'gatehouse/local/workos';

/** What a secret with that recipe holds. */
async function generated(GenerateSecretString: object): Promise<string> {
  const aws = await startLocalAws({ Made: secret('made', { GenerateSecretString }) });
  const get = new GetSecretValueCommand({ SecretId: 'gatehouse/local/made' });
  return (await new SecretsManagerClient(aws.asOperator()).send(get)).SecretString ?? '';
}

describe('a secret of the local cloud', () => {
  it('holds what the template says, by name, by ARN and by ARN without suffix', async () => {
    const aws = await startLocalAws(workos);
    const client = new SecretsManagerClient(aws.asOperator());
    const { ARN = '', Name, SecretString, VersionStages } = await client.send(new GetSecretValueCommand({ SecretId }));
    expect({ Name, SecretString, VersionStages }).toEqual({
      Name: SecretId,
      SecretString: '{"KEY":"not-set","ID":"not-set"}',
      VersionStages: ['AWSCURRENT'],
    });
    for (const id of [ARN, ARN.slice(0, -7)]) {
      expect((await client.send(new GetSecretValueCommand({ SecretId: id }))).ARN).toBe(ARN);
    }
  });

  it('gets the fields that it is given and keeps the others', async () => {
    const aws = await startLocalAws(workos, { secrets: { workos: { KEY: 'sk_test', NEW: '1' } } });
    const { SecretString = '' } = await new SecretsManagerClient(aws.asOperator()).send(
      new GetSecretValueCommand({ SecretId }),
    );
    expect(JSON.parse(SecretString)).toEqual({ KEY: 'sk_test', ID: 'not-set', NEW: '1' });
  });

  it.each([
    ['a purpose that no secret has', { wrokos: { KEY: 'x' } }, 'No secret has the purpose wrokos'],
    ['fields for a value that has none', { plain: { KEY: 'x' } }, 'gatehouse/local/plain: its value is no JSON object'],
  ])('refuses %s', async (_what, secrets, message) => {
    const plain = { Plain: secret('plain', { SecretString: 'text' }) };
    await expect(startLocalAws({ ...workos, ...plain }, { secrets })).rejects.toThrow(message);
  });

  it('is generated into the template under its key', async () => {
    const text = await generated({
      SecretStringTemplate: '{"user":"gatehouse"}',
      GenerateStringKey: 'WORKOS_COOKIE_PASSWORD',
      PasswordLength: 64,
      ExcludePunctuation: true,
    });
    expect(JSON.parse(text)).toEqual({
      user: 'gatehouse',
      WORKOS_COOKIE_PASSWORD: expect.stringMatching(/^[A-Za-z0-9]{64}$/),
    });
  });

  it.each([
    [{}, /^[!-~]{32}$/],
    [{ PasswordLength: 8, ExcludePunctuation: true, ExcludeNumbers: true, ExcludeUppercase: true }, /^[a-z]{8}$/],
    [{ PasswordLength: 400, ExcludeLowercase: true, ExcludeCharacters: '/@"\\' }, /^[^a-z/@"\\ ]{400}$/],
    [
      { PasswordLength: 4, IncludeSpace: true, ExcludePunctuation: true },
      /^(?=.* )(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{4}$/,
    ],
    [{ PasswordLength: 4 }, /^(?=.*[^A-Za-z0-9 ])(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{4}$/],
    [{ PasswordLength: 1, RequireEachIncludedType: false }, /^[!-~]$/],
  ])('is generated from %j', async (recipe, expected) => {
    expect(await generated(recipe)).toMatch(expected);
  });

  it('is generated differently each time', async () => {
    expect(await generated({})).not.toBe(await generated({}));
  });

  it.each([
    [{ Exclude: 'x' }, 'GenerateSecretString.Exclude is not understood'],
    [{ GenerateStringKey: 'x' }, 'go together'],
    [
      { ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true },
      'excludes every character',
    ],
  ])('is not made from %j', async (recipe, message) => {
    await expect(generated(recipe)).rejects.toThrow(message);
  });

  it('refuses a policy on a secret, which it would not honour', async () => {
    const policy = { Type: 'AWS::SecretsManager::ResourcePolicy', Properties: {} };
    await expect(startLocalAws({ ...workos, Policy: policy })).rejects.toThrow('Policy: policies on secrets');
  });
});

describe('PutSecretValue', () => {
  const start = async (now = () => new Date()) => {
    const aws = await startLocalAws(workos, { now });
    const client = new SecretsManagerClient(aws.asOperator());
    return {
      put: (SecretString: string, more = {}) =>
        client.send(new PutSecretValueCommand({ SecretId, SecretString, ...more })),
      get: async (more = {}) => (await client.send(new GetSecretValueCommand({ SecretId, ...more }))).SecretString,
      client,
    };
  };

  it('makes a new current version and keeps the one before', async () => {
    const { put, get, client } = await start();
    await put('second');
    const { VersionId } = await put('third');
    expect(await get()).toBe('third');
    expect(await get({ VersionStage: 'AWSPREVIOUS' })).toBe('second');
    expect(await get({ VersionId })).toBe('third');
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(
      Object.values(VersionIdsToStages ?? {})
        .flat()
        .toSorted(),
    ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('puts a version under a stage of its own without making it current', async () => {
    const { put, get } = await start();
    await put('pending', { VersionStages: ['AWSPENDING'] });
    expect(await get({ VersionStage: 'AWSPENDING' })).toBe('pending');
    expect(await get()).toContain('not-set');
  });

  it('does nothing twice under one token, and refuses another value under it', async () => {
    const { put, get } = await start();
    const token = { ClientRequestToken: '00000000-0000-4000-8000-000000000001' };
    await put('second', token);
    await put('third');
    await put('second', token);
    expect(await get()).toBe('third');
    await expect(put('other', token)).rejects.toBeInstanceOf(ResourceExistsException);
  });

  it('dates a version by the clock it is given', async () => {
    const { put, client } = await start(() => new Date('2026-11-22T12:00:00Z'));
    await put('second');
    const { CreatedDate } = await client.send(new GetSecretValueCommand({ SecretId }));
    expect(CreatedDate).toEqual(new Date('2026-11-22T12:00:00Z'));
  });

  it.each([
    ['an unknown secret', { SecretId: 'gatehouse/local/nothing' }],
    ['an unknown version', { SecretId, VersionId: '00000000-0000-4000-8000-000000000009' }],
    ['an unknown stage', { SecretId, VersionStage: 'AWSPENDING' }],
  ])('leaves %s not found', async (_what, input) => {
    const { client } = await start();
    await expect(client.send(new GetSecretValueCommand(input))).rejects.toBeInstanceOf(ResourceNotFoundException);
  });
});

describe('what a request for a secret needs', () => {
  const ownSecret = { Ref: 'Workos' };
  const resources = { ...workos, Cookie: secret('cookie', { SecretString: '{}' }) };

  it('is that very secret, also when it is asked for by name', async () => {
    const aws = await startLocalAws({
      ...resources,
      ...functionThatMay('f', allow('secretsmanager:GetSecretValue', ownSecret)),
    });
    const client = new SecretsManagerClient(aws.as('f'));
    await client.send(new GetSecretValueCommand({ SecretId }));
    for (const id of ['gatehouse/local/cookie', 'gatehouse/local/nothing']) {
      await expect(client.send(new GetSecretValueCommand({ SecretId: id }))).rejects.toThrow(
        /not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:000000000000:secret:gatehouse\/local/,
      );
    }
    const put = new PutSecretValueCommand({ SecretId, SecretString: '{}' });
    await expect(client.send(put)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('can be limited to a stage', async () => {
    const current = { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } };
    const statement = allow('secretsmanager:GetSecretValue', ownSecret, current);
    const aws = await startLocalAws({ ...resources, ...functionThatMay('f', statement) });
    const client = new SecretsManagerClient(aws.as('f'));
    await client.send(new GetSecretValueCommand({ SecretId }));
    const previous = new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' });
    await expect(client.send(previous)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
