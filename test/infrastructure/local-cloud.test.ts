/** The local cloud as a whole: what it starts from a cloud assembly, and what it leaves behind. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import {
  type LocalCloud,
  type LocalCloudOptions,
  type LogEntry,
  startLocalCloud,
} from '../../lib/local/local-cloud.ts';
import { listenOnLoopback } from '../../lib/local/loopback.ts';
import { newFolder } from './local-lambda-fixture.ts';

async function start(options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const cloud = await startLocalCloud({ assembly: inject('localAssembly'), ...options });
  onTestFinished(() => cloud.close());
  return cloud;
}

async function isListening(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const { port, close } = await listenOnLoopback(0);
  await close();
  return port;
}

async function secretOf(cloud: LocalCloud, name: string): Promise<unknown> {
  const { url, operator } = cloud.aws;
  const client = new SecretsManagerClient({ endpoint: url, region: 'us-east-1', credentials: { ...operator } });
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
  return JSON.parse(SecretString ?? '');
}

const Environment = v.object({ Variables: v.record(v.string(), v.string()) });

function variablesOf({ deployment }: LocalCloud, name: string): Readonly<Record<string, string>> {
  const found = deployment.resources.find(({ physicalId }) => physicalId === `gatehouse-local-${name}`);
  return v.parse(Environment, found?.properties['Environment']).Variables;
}

describe('startLocalCloud()', () => {
  it('serves the routes of the templates, each by its function', async () => {
    const entries: LogEntry[] = [];
    const cloud = await start({ onLog: (entry) => entries.push(entry) });
    expect((await fetch(`${cloud.url}/`)).status).toBe(200);
    expect((await fetch(`${cloud.url}/session`)).status).toBe(401);
    const requests = entries.filter((entry) => entry.kind === 'request');
    expect(requests).toMatchObject([
      { request: { path: '/', functionName: 'gatehouse-local-home', status: 200, run: { start: 'cold' } } },
      { request: { path: '/session', functionName: 'gatehouse-local-session', status: 401 } },
    ]);
  });

  it('tells the functions where it is and where WorkOS is', async () => {
    const cloud = await start();
    const { headers } = await fetch(`${cloud.url}/login`, { redirect: 'manual' });
    const location = new URL(headers.get('location') ?? '');
    expect(location.origin).toBe(cloud.workos.url);
    expect(location.searchParams.get('redirect_uri')).toBe(`${cloud.url}/callback`);
  });

  it('takes the port that it is given', async () => {
    const port = await freePort();
    expect((await start({ port })).url).toBe(`http://localhost:${port}`);
  });

  it('fills the secrets with who it is at its providers, and with what the environment says', async () => {
    const environment = {
      WORKOS_COOKIE_PASSWORD: 'p'.repeat(40),
      WORKOS_WEBHOOK_SECRET: 'hook',
      GOOGLE_CLIENT_ID: 'my-client',
      GOOGLE_CLIENT_SECRET: 'my-secret',
      HOME: '/root',
    };
    const cloud = await start({ environment });
    expect(await secretOf(cloud, 'gatehouse/local/workos')).toEqual({
      WORKOS_API_KEY: cloud.workos.apiKey,
      WORKOS_CLIENT_ID: cloud.workos.clientId,
      WORKOS_WEBHOOK_SECRET: 'hook',
    });
    expect(await secretOf(cloud, 'gatehouse/local/cookie')).toEqual({ WORKOS_COOKIE_PASSWORD: 'p'.repeat(40) });
    // The local WorkOS leads to the local Google only, which then knows the client of the environment.
    expect(await secretOf(cloud, 'gatehouse/local/google')).toEqual({
      GOOGLE_CLIENT_ID: 'my-client',
      GOOGLE_CLIENT_SECRET: 'my-secret',
    });
    expect(cloud.google.clientId).toBe('my-client');
    expect(await secretOf(cloud, 'gatehouse/local/github')).toEqual({
      GITHUB_CLIENT_ID: cloud.github.clientId,
      GITHUB_CLIENT_SECRET: cloud.github.clientSecret,
    });
    expect(variablesOf(cloud, 'modules')).toMatchObject({ GOOGLE_URL: cloud.google.url, GITHUB_URL: cloud.github.url });
  });

  it('talks to the real WorkOS when it has its keys, and to the real Google when it has those too', async () => {
    const workos = { WORKOS_API_KEY: 'sk_test_1', WORKOS_CLIENT_ID: 'client_1' };
    const google = { GOOGLE_CLIENT_ID: 'my-client', GOOGLE_CLIENT_SECRET: 'my-secret' };
    const cloud = await start({ environment: { ...workos, ...google } });
    expect(cloud.isRealWorkos).toBe(true);
    expect(() => cloud.workos).toThrow('real WorkOS');
    expect(await secretOf(cloud, 'gatehouse/local/workos')).toMatchObject({
      WORKOS_API_KEY: 'sk_test_1',
      WORKOS_CLIENT_ID: 'client_1',
    });
    expect(variablesOf(cloud, 'login')).toMatchObject({ WORKOS_API_URL: 'https://api.workos.com' });
    expect(cloud.isRealGoogle).toBe(true);
    expect(() => cloud.google).toThrow('real Google');
    expect(await secretOf(cloud, 'gatehouse/local/google')).toEqual(google);
    expect(cloud.isRealGithub).toBe(false);
    expect(variablesOf(cloud, 'modules')).toMatchObject({ GOOGLE_URL: '', GITHUB_URL: cloud.github.url });
  });

  it('refuses one key of the real WorkOS without the other', async () => {
    await expect(start({ environment: { WORKOS_API_KEY: 'sk_test_1' } })).rejects.toThrow('belong together');
  });

  it('meets the faults that it is told of', async () => {
    const cloud = await start({ faults: 'workos.authorize=503' });
    const { headers } = await fetch(`${cloud.url}/login`, { redirect: 'manual' });
    expect((await fetch(headers.get('location') ?? '')).status).toBe(503);
  });

  it('leaves nothing listening when something in the templates cannot be honoured', async () => {
    const assembly = await newFolder();
    await cp(inject('localAssembly'), assembly, { recursive: true });
    const file = join(assembly, 'gatehouse-local-service.template.json');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('nodejs24.x', 'nodejs22.x'));
    const port = await freePort();
    await expect(start({ assembly, port })).rejects.toThrow(/Function gatehouse-local-\w+, Runtime/);
    expect(await isListening(`http://localhost:${port}`)).toBe(false);
  });

  it('has run what runs at a deployment', async () => {
    const cloud = await start();
    const created = cloud.logLines.filter(({ record }) => record?.['event'] === 'key.created');
    expect(created.map(({ source }) => source)).toContain('gatehouse-local-rotate-keys');
  });

  it('says what failed when that fails, and leaves nothing listening', async () => {
    const assembly = await newFolder();
    await cp(inject('localAssembly'), assembly, { recursive: true });
    const file = join(assembly, 'gatehouse-local-service.template.json');
    const template = await readFile(file, 'utf8');
    await writeFile(file, template.replaceAll('"SIGNING_ALGORITHM": "RS256"', '"SIGNING_ALGORITHM": "none"'));
    const port = await freePort();
    await expect(start({ assembly, port })).rejects.toThrow(
      /^gatehouse-local-rotate-keys, which runs at every deployment, failed: .*SIGNING_ALGORITHM/s,
    );
    expect(await isListening(`http://localhost:${port}`)).toBe(false);
  });

  it('lets nothing fail before it is ready', async () => {
    const cloud = await start({ faults: 'dynamodb=503,kms=503' });
    await expect(cloud.invoke('rotate-keys', {})).rejects.toThrow('Keys table');
  });

  it('says that its port is taken', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('LocalCloud', () => {
  it('keeps the lines of functions and of the access log, parsed', async () => {
    const cloud = await start();
    const response = await fetch(`${cloud.url}/session?secret=1`);
    const { request_id: requestId } = v.parse(v.object({ request_id: v.string() }), await response.json());
    const [own, access] = cloud.logLines.filter(({ record }) => record?.['requestId'] === requestId);
    expect(own).toMatchObject({
      source: 'gatehouse-local-session',
      requestId: expect.any(String),
      record: { event: 'request', route: 'GET /session', status: 401 },
    });
    expect(access).toMatchObject({ source: 'access-log', record: { path: '/session', status: '401' } });
  });

  it('invokes functions by full and by short name', async () => {
    const cloud = await start();
    const event = { rawPath: '/nope', rawQueryString: '', headers: {}, requestContext: { http: { method: 'GET' } } };
    for (const name of ['default-route', 'gatehouse-local-default-route']) {
      expect(await cloud.invoke(name, event)).toMatchObject({ statusCode: 404 });
    }
    await expect(cloud.invoke('unknown', event)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it("fails an invocation with the error's name and message when the function fails", async () => {
    const cloud = await start();
    await expect(cloud.invoke('session', {})).rejects.toMatchObject({ name: 'TypeError' });
  });

  it('starts a new instance after the old one was killed', async () => {
    const entries: LogEntry[] = [];
    const cloud = await start({ onLog: (entry) => entries.push(entry) });
    for (const act of [() => {}, () => {}, () => cloud.killInstances('home'), () => cloud.killInstances()]) {
      act();
      await fetch(`${cloud.url}/`);
    }
    const starts = entries.flatMap((entry) => (entry.kind === 'request' ? entry.request.run?.start : []));
    expect(starts).toEqual(['cold', 'warm', 'cold', 'cold']);
  });

  it('leaves nothing listening when it is closed', async () => {
    const cloud = await start();
    const urls = [cloud.url, cloud.workos.url, cloud.aws.url];
    expect(await Promise.all(urls.map(isListening))).toEqual([true, true, true]);
    await cloud.close();
    expect(await Promise.all(urls.map(isListening))).toEqual([false, false, false]);
  });
});
