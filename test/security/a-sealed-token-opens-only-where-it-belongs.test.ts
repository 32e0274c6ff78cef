/** Threat 21: provider tokens that somebody moved, changed or set back in the table, and workers that reach for another module's. */
import { KMSClient } from '@aws-sdk/client-kms';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { createDynamoDataKeyStore } from '../../functions/shared/aws/dynamo-key-stores.ts';
import { createDataKeys } from '../../functions/shared/aws/key-rings.ts';
import { createKmsKeyWrapper, createKmsUnwrap } from '../../functions/shared/aws/kms-keys.ts';
import { createTokenVault } from '../../functions/shared/domain/create-token-vault.ts';
import { type DataKeys, moduleKeyPurpose } from '../../functions/shared/domain/key-ring.ts';
import type { SealBinding, SealedTokens, TokenVault } from '../../functions/shared/domain/token-vault.ts';
import { EnvelopeKey } from '../../lib/constructs/envelope-key.ts';
import type { Grant } from '../../lib/constructs/grant.ts';
import { build } from '../infrastructure/constructs.ts';
import { functionThatMay, type LocalAws, startLocalAws } from '../infrastructure/local-aws.ts';
import { awsRefusal } from '../support/aws-refusal.ts';
import { createMemoryDataKeys } from '../support/memory-data-keys.ts';
import { type ScriptedAnswer, startScriptedServer } from '../support/scripted-server.ts';
import { createStringKeyTable } from '../support/string-key-table.ts';
import { startDynalite } from '../support/users-table.ts';

const tokens = { refreshToken: '1//a-refresh-token-of-alice' };
const alices: SealBinding = { kind: 'connection', userId: 'usr_alice', module: 'gmail', tokenVersion: 7 };
const clock = () => new Date('2026-11-22T10:00:00Z');

const keyAlias = 'alias/gatehouse-dev';
const resources = v.object({ Resources: v.record(v.string(), v.looseObject({ Type: v.string() })) });

/** One key ring for every module: what keeps records apart here is what they are bound to, and nothing else. */
const keys = createMemoryDataKeys();
const vault = createTokenVault({ stage: 'prod', keysOf: () => keys });
const sealed = await vault.seal(tokens, alices);
const isOpened = (record: SealedTokens, binding = alices, by: TokenVault = vault) =>
  by.open(record, binding).then(
    () => true,
    () => false,
  );

describe('a sealed token', () => {
  it('opens as what it was sealed as', async () => {
    expect(await vault.open(sealed, alices)).toStrictEqual(tokens);
  });

  it.each([
    ['another user', { userId: 'usr_mallory' }],
    ['another module', { module: 'google-calendar' }],
    ['a consent that is not finished', { kind: 'pending' }],
    ['a revocation', { kind: 'revocation' }],
    ['the tokens that came after it', { tokenVersion: 8 }],
    ['the tokens that came before it', { tokenVersion: 6 }],
    ['a user and a module that read the same together', { userId: 'usr_alicegm', module: 'ail' }],
  ] as const)('does not open in the place of %s', async (_, moved) => {
    expect(await isOpened(sealed, { ...alices, ...moved })).toBe(false);
  });

  it('does not open in another stage', async () => {
    const other = createTokenVault({ stage: 'dev', keysOf: () => keys });
    expect(await isOpened(sealed, alices, other)).toBe(false);
  });

  it('does not open under an older key, or one of the same bytes by another name', async () => {
    const [{ bytes }, rotating] = [await keys.current(), createMemoryDataKeys()];
    const downgraded = createTokenVault({ stage: 'prod', keysOf: () => rotating });
    const { keyId: older } = await rotating.current();
    rotating.rotate();
    const record = await downgraded.seal(tokens, alices);
    expect(await isOpened(record, alices, downgraded)).toBe(true);
    expect(await isOpened({ ...record, keyId: older }, alices, downgraded)).toBe(false);

    const twins: DataKeys = { current: () => keys.current(), byId: (keyId) => Promise.resolve({ keyId, bytes }) };
    const renamed = createTokenVault({ stage: 'prod', keysOf: () => twins });
    expect(await isOpened(sealed, alices, renamed)).toBe(true);
    expect(await isOpened({ ...sealed, keyId: 'data-key-2' }, alices, renamed)).toBe(false);
  });

  it('does not open under a key that nobody has', async () => {
    expect(await isOpened({ ...sealed, keyId: 'data-key-9' })).toBe(false);
  });

  it('does not open with a bit flipped anywhere, nor with a tag cut short or another salt', async () => {
    const { bytes } = sealed;
    const other = (await vault.seal(tokens, alices)).bytes;
    const changed = [
      ...Array.from(bytes, (_, at) => bytes.map((byte, index) => (index === at ? byte ^ 0x80 : byte))),
      ...[1, 4, 8, 12, 15, 16].map((cut) => bytes.slice(0, -cut)),
      Uint8Array.from([...bytes, 0]),
      Uint8Array.from([...other.slice(0, 32), ...bytes.slice(32)]),
      new Uint8Array(),
    ];
    const opened = await Promise.all(changed.map((each) => isOpened({ ...sealed, bytes: each })));
    expect(opened).not.toContain(true);
  });

  it('says nothing of what is in it when it does not open', async () => {
    const refusal: unknown = await vault
      .open(sealed, { ...alices, userId: 'usr_mallory' })
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Error);
    expect(String(refusal)).not.toMatch(/refresh-token|usr_/);
  });
});

const dynalite = await startDynalite();
const table = { client: dynalite, tableName: await createStringKeyTable(dynalite, 'purpose', 'keyId') };
const vaultWith = (kms: KMSClient): TokenVault => {
  const keyRing = { table, clock, unwrap: createKmsUnwrap(kms, keyAlias) };
  return createTokenVault({
    stage: 'prod',
    keysOf: (module) => createDataKeys(moduleKeyPurpose(module), keyRing),
  });
};

describe('a token, while KMS gives no key', () => {
  it.each<readonly [string, ScriptedAnswer]>([
    ['denies', awsRefusal('AccessDeniedException')],
    ['throttles', awsRefusal('ThrottlingException')],
    ['fails', awsRefusal('KMSInternalException', 500)],
    ['does not know the wrapped key', awsRefusal('InvalidCiphertextException')],
  ])('is neither sealed nor lost when KMS %s: the answer is "not now"', async (_, answer) => {
    const server = await startScriptedServer(() => answer);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const kms = new KMSClient({ region: 'us-east-1', endpoint: server.url, maxAttempts: 1, credentials });
    const module = 'denied';
    const store = createDynamoDataKeyStore(table, moduleKeyPurpose(module));
    await store.add({ number: 1, activeFrom: clock(), wrapped: Buffer.from('wrapped') });
    const record = { keyId: '1', bytes: sealed.bytes };
    const unavailable = { code: 'temporarily_unavailable' };
    await expect(vaultWith(kms).seal(tokens, { ...alices, module })).rejects.toMatchObject(unavailable);
    await expect(vaultWith(kms).open(record, { ...alices, module })).rejects.toMatchObject(unavailable);
  });
});

describe('a worker whose role has the data keys of one module', () => {
  it('opens what is of that module, and cannot unwrap a key of another one', async () => {
    const aws = await startWithRoles({
      rotate: (key) => key.wrap('module-tokens:gmail', 'module-tokens:github'),
      refreshGmail: (key) => key.unwrap('module-tokens:gmail'),
      githubRepos: (key) => key.unwrap('module-tokens:github'),
    });
    const kmsOf = (name: string) => new KMSClient(aws.as(name));
    for (const module of ['gmail', 'github']) {
      const purpose = moduleKeyPurpose(module);
      const wrapped = await createKmsKeyWrapper(kmsOf('rotate'), keyAlias).makeDataKey(purpose, 1);
      await createDynamoDataKeyStore(table, purpose).add({ number: 1, activeFrom: clock(), wrapped });
    }
    const [gmail, github] = [alices, { ...alices, module: 'github' }];
    const gmailVault = vaultWith(kmsOf('refreshGmail'));
    const githubVault = vaultWith(kmsOf('githubRepos'));
    expect(await gmailVault.open(await gmailVault.seal(tokens, gmail), gmail)).toStrictEqual(tokens);

    const record = await githubVault.seal(tokens, github);
    expect(await githubVault.open(record, github)).toStrictEqual(tokens);
    const denied = { code: 'temporarily_unavailable', cause: { name: 'AccessDeniedException' } };
    await expect(gmailVault.open(record, github)).rejects.toMatchObject(denied);
    await expect(githubVault.open(await gmailVault.seal(tokens, gmail), gmail)).rejects.toMatchObject(denied);

    // Nor by calling the key of one module that of the other: KMS holds the purpose to what it was wrapped for.
    const [stolen] = await createDynamoDataKeyStore(table, moduleKeyPurpose('github')).list();
    const unwrap = createKmsUnwrap(kmsOf('refreshGmail'), keyAlias);
    await expect(unwrap('module-tokens:gmail', 1, stolen?.wrapped ?? new Uint8Array())).rejects.toMatchObject({
      cause: { name: 'InvalidCiphertextException' },
    });
  });
});

/** The local AWS with our KMS key, and for each name a function whose role holds what the key grants, as it would be deployed. */
function startWithRoles(grants: Readonly<Record<string, (key: EnvelopeKey) => Grant>>): Promise<LocalAws> {
  const roles: Record<string, readonly object[]> = {};
  const { template } = build((stack, common) => {
    const key = new EnvelopeKey(stack, 'Envelope', common);
    const toTemplate = (statement: PolicyStatement) => v.parse(v.looseObject({}), stack.resolve(statement.toJSON()));
    for (const [name, give] of Object.entries(grants)) roles[name] = give(key).statements.map(toTemplate);
  });
  const functions = Object.entries(roles).flatMap(([name, own]) => Object.entries(functionThatMay(name, ...own)));
  return startLocalAws({ ...v.parse(resources, template.toJSON()).Resources, ...Object.fromEntries(functions) });
}
