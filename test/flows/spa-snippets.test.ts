/** The code in docs/front-ends.md, taken out of it and run as it stands. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../lib/local/loopback.ts';
import { checkSettings, settingsFor } from '../../lib/stages.ts';
import { password, olderPassword } from '../support/cookie-passwords.ts';
import { signInExpired } from '../support/expired-sign-in.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { codeBlocks } from '../support/readme.ts';
import { makeSeal, openSeal, sealOf } from '../support/session-seals.ts';
import { type SendOptions, UserAgent } from '../support/user-agent.ts';

const project = join(import.meta.dirname, '../..');
const blocks = codeBlocks(await readFile(join(project, 'docs/front-ends.md'), 'utf8'));

/** Where the document's files are written to, beside the packages they import. */
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-front-ends-'));
afterAll(() => rm(folder, { recursive: true }));
await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
await writeFile(join(folder, 'package.json'), '{ "type": "module" }');

const passwords = JSON.stringify([password, olderPassword]);
const gatehouse = await startGatehouse({ environment: { WORKOS_COOKIE_PASSWORD: passwords } });
const { url, workos, faults } = gatehouse;

/** @returns the path of the file that the block names. */
async function writeBlock(title: string): Promise<string> {
  const block = blocks.find((each) => each.title === title);
  if (block === undefined) throw new Error(`docs/front-ends.md has no block ${title}`);
  const path = join(folder, title);
  await writeFile(path, block.code);
  return path;
}

describe('the Express app of docs/front-ends.md', async () => {
  const reports = `${await startExpress()}/api/reports`;
  let browser: UserAgent;
  beforeEach(async () => {
    browser = new UserAgent();
    await browser.signIn(url);
  });
  afterEach(() => faults.clear());

  /** As an operator would, with the variables that the document names. Ends with the file's tests. */
  async function startExpress(): Promise<string> {
    const { port, close } = await listenOnLoopback(0);
    await close();
    const server = spawn(process.execPath, [await writeBlock('server.js')], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PORT: String(port),
        GATEHOUSE_URL: url,
        WORKOS_API_URL: workos.url,
        WORKOS_API_KEY: workos.apiKey,
        WORKOS_CLIENT_ID: workos.clientId,
        WORKOS_COOKIE_PASSWORD: password,
      },
    });
    afterAll(() => server.kill());
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
    expect(line).toBe(`ready http://localhost:${port}`);
    return `http://localhost:${port}`;
  }

  const ask = async (options?: SendOptions) => browser.send(reports, options);

  it("opens Gatehouse's session, without asking Gatehouse", async () => {
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toStrictEqual({ reportsOf: 'alice@example.com' });
    expect(answer.setCookies).toStrictEqual([]);
  });

  it('knows the user by the id that Gatehouse gives', async () => {
    const { uid } = JSON.parse((await browser.send(`${url}/session`)).body) as { uid: string };
    const answer = await ask({ method: 'POST', headers: { origin: url } });
    expect(JSON.parse(answer.body)).toStrictEqual({ by: uid });
  });

  it.each([{}, { origin: 'https://evil.example' }, { origin: 'http://localhost:1' }, { origin: 'null' }])(
    'takes no POST with the cookie from elsewhere: %o',
    async (headers) => {
      expect((await ask({ method: 'POST', headers })).status).toBe(403);
    },
  );

  it('has an expired token refreshed by Gatehouse, once for ten requests, and gives the browser the new cookie', async () => {
    const expired = await signInExpired(gatehouse);
    browser = expired.browser;
    const before = await sealOf(browser, url);
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask()));
    expect(answers.map(({ status }) => status)).toStrictEqual(Array(10).fill(200));
    expect(expired.remote()).toMatchObject({ refreshCalls: 1, exchanges: 1 });
    expect(await sealOf(browser, url)).not.toBe(before);
    expect((await ask()).setCookies).toStrictEqual([]);
  });

  it('answers 401 to who is not signed in, and clears the cookie of a session that is over', async () => {
    expect((await new UserAgent().send(reports)).status).toBe(401);

    browser = (await signInExpired(gatehouse)).browser;
    const copy = await browser.jar.clone();
    await browser.visit(`${url}/logout`);
    const answer = await new UserAgent({}, copy).send(reports);
    expect(answer.status).toBe(401);
    expect(answer.setCookies).toStrictEqual(['wos-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax']);
  });

  it.each(['broken', 'Fe26.2*1*a*b*c*d*e*f', '%00'])('answers 401 to a cookie that says %s', async (value) => {
    const headers = { cookie: `wos-session=${value}` };
    expect((await new UserAgent().send(reports, { headers })).status).toBe(401);
  });

  it("answers 401 to two cookies of that name: one may be a sibling host's", async () => {
    const seal = await sealOf(browser, url);
    const headers = { cookie: `wos-session=${seal}; wos-session=${seal}` };
    expect((await new UserAgent().send(reports, { headers })).status).toBe(401);
  });

  it('asks Gatehouse about a seal of an older password', async () => {
    const content = await openSeal(await sealOf(browser, url));
    await browser.plant(url, 'wos-session', await makeSeal(content, olderPassword));
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toStrictEqual({ reportsOf: 'alice@example.com' });
  });

  it('answers 503 and keeps the cookie when it cannot be told', async () => {
    browser = (await signInExpired(gatehouse)).browser;
    faults.set('workos.authenticate=429');
    const answer = await ask();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.setCookies).toStrictEqual([]);
    faults.clear();
    expect((await ask()).status).toBe(200);
  });
});

describe('the JWT authorizer of docs/front-ends.md', () => {
  interface Snippet {
    readonly ReportsApi: new (
      scope: Construct,
      id: string,
      props: { reports: LambdaFunction; workosClientId: string },
    ) => Construct;
  }

  it('pleases the compiler', async () => {
    const path = await writeBlock('reports-api.ts');
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(project, 'tsconfig.json'), include: [path] }),
    );
    const tsc = join(project, 'node_modules/.bin/tsc');
    const { stdout } = await promisify(execFile)(tsc, [
      '--project',
      folder,
      '--typeRoots',
      `${project}/node_modules/@types`,
    ]);
    expect(stdout).toBe('');
  });

  it('guards its route with what WorkOS puts into an access token', async () => {
    const { ReportsApi } = (await import(await writeBlock('reports-api.ts'))) as Snippet;
    const stack = new Stack(new App(), 'reports');
    const reports = new LambdaFunction(stack, 'Reports', {
      code: Code.fromInline('exports.handler = async () => {}'),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
    });
    new ReportsApi(stack, 'Api', { reports, workosClientId: workos.clientId });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: 'GET /reports', AuthorizationType: 'JWT' });
    const issuer = `https://api.workos.com/user_management/${workos.clientId}`;
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Audience: [workos.clientId], Issuer: issuer },
    });

    const browser = new UserAgent();
    await browser.signIn(url);
    const { accessToken } = await openSeal(await sealOf(browser, url));
    const { aud, iss, client_id: clientId } = decodeJwt(accessToken);
    // API Gateway compares client_id only where there is no aud, and verifies RSA alone.
    expect({ aud, clientId, alg: decodeProtectedHeader(accessToken).alg }).toStrictEqual({
      aud: undefined,
      clientId: workos.clientId,
      alg: 'RS256',
    });
    expect(iss?.replace(workos.url, 'https://api.workos.com')).toBe(issuer);
  });
});

describe('the setting of docs/front-ends.md', () => {
  it('is one that a stage takes', () => {
    const line = blocks.find(({ code }) => code.startsWith('webOrigins:'))?.code ?? '';
    const [, origin = ''] = /^webOrigins: \['([^']+)'\],\n$/.exec(line) ?? [];
    const { stage: _, ...settings } = settingsFor('prod');
    expect(checkSettings('prod', { ...settings, webOrigins: [origin] }).webOrigins).toStrictEqual([origin]);
  });
});
