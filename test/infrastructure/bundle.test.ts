/** What a function may weigh and what it must not load: undici costs it a second cold start. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle, bundlePath, functionNames } from '../../lib/bundle.ts';
import { functionsOf, synthesize } from './templates.ts';

const project = join(import.meta.dirname, '../..');
const metafile = await bundle();

/** Stands in for WorkOS, Secrets Manager and KMS, so that initialisation gets as far as it would in Lambda. */
const neighbours: Server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const secret = {
    WORKOS_API_KEY: 'sk_test',
    WORKOS_CLIENT_ID: 'client_test',
    WORKOS_COOKIE_PASSWORD: 'a password of more than thirty-two characters',
  };
  response.setHeader('content-type', 'application/json');
  const aws = { SecretString: JSON.stringify(secret), CiphertextBlob: 'd3JhcHBlZA==', Plaintext: 'd3JhcHBlZA==' };
  const key = { keyId: { S: '00000001' }, activeFrom: { N: '0' }, wrapped: { B: 'd3JhcHBlZA==' } };
  // A job stops without a key to seal with.
  const isForDataKeys = (await text(request)).includes('module-tokens:');
  response.end(JSON.stringify(request.url === '/' ? { ...aws, ...(isForDataKeys && { Items: [key] }) } : { keys: [] }));
}
await new Promise((resolve) => void neighbours.once('listening', resolve));
afterAll(() => neighbours.close());

const neighboursUrl = `http://127.0.0.1:${(neighbours.address() as AddressInfo).port}`;
const lambdaEnvironment = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL: neighboursUrl,
};

const reportSchema = v.object({ loadsUndici: v.boolean(), status: v.number() });

/** Answers one request with a bundle, in a process of its own. */
async function run(path: string, environment: Record<string, string> = {}) {
  const script = join(import.meta.dirname, 'run-bundle.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, path, '/'], {
    env: { ...lambdaEnvironment, ...environment },
  });
  return v.parse(v.pipe(v.string(), v.parseJson(), reportSchema), stdout.trimEnd().split('\n').at(-1));
}

const temporary: string[] = [];
afterAll(() => Promise.all(temporary.map((folder) => rm(folder, { recursive: true }))));

/** A project of one function, bundled. */
async function bundleOnly(handler: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'gatehouse-bundle-'));
  temporary.push(root);
  await mkdir(join(root, 'functions/only'), { recursive: true });
  await symlink(join(project, 'node_modules'), join(root, 'node_modules'));
  await writeFile(join(root, 'functions/only/handler.ts'), handler);
  await bundle(root);
  return join(root, 'dist/only/index.mjs');
}

const answers = 'export const handler = async () => ({ statusCode: 200 });';

describe.each(functionNames())('the bundle of %s', (name) => {
  const inputs = Object.keys(metafile.outputs[`dist/${name}.mjs`]?.inputs ?? {});
  const hasWorkosSdk = inputs.some((path) => path.includes('node_modules/@workos-inc/'));
  // Clients of four services of AWS's, keys, and the providers.
  const keepsModules = inputs.includes('functions/shared/domain/vault-keeper.ts');
  const budgetKilobytes = hasWorkosSdk ? 420 : keepsModules ? 320 : 250;

  it(`weighs at most ${budgetKilobytes} KB`, async () => {
    const { size } = await stat(join(bundlePath(name), 'index.mjs'));
    expect(size).toBeLessThanOrEqual(budgetKilobytes * 1000);
  });

  it('answers a request without loading undici', async () => {
    const { Environment } =
      functionsOf(synthesize({ stage: 'local' }).service).find((each) => each.name === name) ?? {};
    const environment: Record<string, string> = {};
    for (const [variable, value] of Object.entries(Environment?.Variables ?? {})) {
      const unresolved = variable.endsWith('_URL') ? neighboursUrl : 'a-resource';
      environment[variable] = typeof value === 'string' ? value : unresolved;
    }
    const { status, loadsUndici } = await run(join(bundlePath(name), 'index.mjs'), environment);
    expect(status).toBeLessThan(500);
    expect(loadsUndici).toBe(false);
  });

  it('has no provider of credentials but the environment', () => {
    expect(inputs.filter((path) => /^node_modules\/@aws-sdk\/credential-provider-(?!env)/.test(path))).toEqual([]);
  });
});

describe('the look-out for undici', () => {
  it('notices a fetch, also one that nobody waits for', async () => {
    expect(await run(await bundleOnly(`void fetch('${neighboursUrl}/x'); ${answers}`))).toMatchObject({
      loadsUndici: true,
    });
  });

  it('notices Headers', async () => {
    expect(await run(await bundleOnly(`new Headers(); ${answers}`))).toMatchObject({ loadsUndici: true });
  });

  it('does not mind node:http, which alone would load it', async () => {
    const bundled = await bundleOnly(`import { request } from 'node:http'; request.name; ${answers}`);
    expect(await run(bundled)).toEqual({ loadsUndici: false, status: 200 });
  });
});

describe('bundle()', () => {
  it('writes the same bytes for the same sources, wherever they lie', async () => {
    const handler = `import * as v from 'valibot'; v.parse(v.string(), 'x'); ${answers}`;
    const [here, there] = await Promise.all([bundleOnly(handler), bundleOnly(handler)]);
    expect(await readFile(here, 'utf8')).toBe(await readFile(there, 'utf8'));
  });

  it('leaves a file alone that has not changed', async () => {
    const bundled = await bundleOnly(answers);
    const before = await stat(bundled);
    await bundle(join(bundled, '../../..'));
    expect((await stat(bundled)).mtimeMs).toBe(before.mtimeMs);
  });

  it('bundles anew when a source has changed, or what was made of it', async () => {
    const bundled = await bundleOnly(answers);
    const root = join(bundled, '../../..');
    await writeFile(bundled, 'changed by hand');
    await bundle(root);
    expect(await readFile(bundled, 'utf8')).not.toContain('changed by hand');

    await writeFile(join(root, 'functions/only/handler.ts'), `export const handler = 'another source';`);
    await bundle(root);
    expect(await readFile(bundled, 'utf8')).toContain('another source');
  });

  it('lays a source map beside the folder that Lambda gets', async () => {
    const bundled = await bundleOnly(`export const handler = async () => { throw new Error('here'); };`);
    const failure = promisify(execFile)(process.execPath, [
      '--enable-source-maps',
      '--input-type=module',
      '-e',
      `import { handler } from ${JSON.stringify(bundled)}; await handler();`,
    ]);
    await expect(failure).rejects.toThrow(/functions\/only\/handler\.ts:1:/);
  });

  it('makes the errors of AWS as the SDK does, in fewer bytes', async () => {
    const bundled = await bundleOnly(`
      import { BackupInUseException, DynamoDBServiceException, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
      const error = new ResourceNotFoundException({ message: 'gone', $metadata: {} });
      const isSame = error instanceof ResourceNotFoundException && error instanceof DynamoDBServiceException &&
        !(error instanceof BackupInUseException) && error.name === 'ResourceNotFoundException' &&
        error.$fault === 'client' && error.message === 'gone' &&
        ResourceNotFoundException.shapeId === 'com.amazonaws.dynamodb#ResourceNotFoundException';
      export const handler = async () => ({ statusCode: isSame ? 200 : 500 });`);
    expect(await run(bundled)).toMatchObject({ status: 200 });
    expect(await readFile(bundled, 'utf8')).toMatch(/\("BackupInUseException","client",/);
  });

  it('leaves out what the WorkOS SDK has besides signing in, and says so when it is asked for', async () => {
    const bundled = await bundleOnly(`
      import { WorkOS } from '@workos-inc/node';
      const workos = new WorkOS({ apiKey: 'sk_test', clientId: 'client_test' });
      const url = workos.userManagement.getAuthorizationUrl({ provider: 'authkit', redirectUri: 'https://a.example/' });
      let refusal = '';
      try { workos.auditLogs; } catch (error) { refusal = error.message; }
      const isSo = url.includes('client_id=client_test') && refusal.includes('workosForSignIn');
      export const handler = async () => ({ statusCode: isSo ? 200 : 500 });`);
    expect(await run(bundled)).toMatchObject({ status: 200 });
    expect((await stat(bundled)).size).toBeLessThan(150_000);
  });

  it('gives the WorkOS SDK every function of jose that it asks for', async () => {
    const sdk = inputsOf('@workos-inc/node');
    const sources = await Promise.all(sdk.map((path) => readFile(join(project, path), 'utf8')));
    const asked = sources.flatMap((source) => [...source.matchAll(/const \{ (\w+) \} = await getJose\(\)/g)]);
    expect(sources.join('').split('getJose()').length - 1).toBe(asked.length + 1); // and its declaration
    expect([...new Set(asked.map(([, name]) => String(name)))].toSorted()).toEqual([
      'createRemoteJWKSet',
      'decodeJwt',
      'jwtVerify',
    ]);
  });
});

function inputsOf(dependency: string): string[] {
  return Object.keys(metafile.inputs).filter((path) => path.startsWith(`node_modules/${dependency}/`));
}
