/** examples/desktop: run as its users run it, and its parts where a run cannot show what they do. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { type BrowserLogin, logInWithBrowser } from '../../examples/desktop/browser-login.ts';
import { newDeviceKey } from '../../examples/desktop/device-key.ts';
import { Gatehouse, type Tokens } from '../../examples/desktop/gatehouse.ts';
import { type Kept, Session, type SessionStore } from '../../examples/desktop/session.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { codeBlocks } from '../support/readme.ts';
import { startScriptedServer, unusedUrl } from '../support/scripted-server.ts';
import { UserAgent } from '../support/user-agent.ts';

const project = join(import.meta.dirname, '../..');
const script = join(project, 'examples/desktop/sign-in.ts');
const { url } = await startGatehouse();
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-desktop-'));
afterAll(() => rm(folder, { recursive: true }));

describe('the desktop example', () => {
  it('signs in through the browser, stays signed in, and signs out', async () => {
    const app = appWith('plain');
    const first = app.run();
    const end = await browse(`${await first.address()}&login_hint=alice@example.com`);
    expect(end.body).toContain('You can close this window');
    expect(await first.ended()).toStrictEqual({ code: 0, said: 'Signed in as Alice Archer <alice@example.com>.' });
    expect((await stat(app.file)).mode & 0o777).toBe(0o600);
    const before = await app.kept();

    expect(await app.run().ended()).toStrictEqual({
      code: 0,
      said: 'Signed in as Alice Archer <alice@example.com>.',
    });
    const after = await app.kept();
    expect(after.refreshToken).not.toBe(before.refreshToken);

    expect(await app.run('sign-out').ended()).toStrictEqual({ code: 0, said: 'Signed out.' });
    await expect(app.kept()).rejects.toThrow('ENOENT');
    expect(await refresh(after.refreshToken)).toMatchObject({ status: 401, error: 'invalid_grant' });
  });

  it('binds the session to a key of the device, without which its tokens are refused', async () => {
    const app = appWith('bound');
    const first = app.run('--bound');
    await browse(`${await first.address()}&login_hint=bob@example.com`);
    expect(await first.ended()).toMatchObject({ code: 0 });

    const { refreshToken } = await app.kept();
    expect(await refresh(refreshToken)).toMatchObject({ status: 400, error: 'invalid_dpop_proof' });
    expect(await app.run().ended()).toMatchObject({ code: 0, said: expect.stringContaining('bob@example.com') });
  });

  it('signs in anew when the kept session has ended', async () => {
    const app = appWith('ended');
    const first = app.run();
    await browse(`${await first.address()}&login_hint=alice@example.com`);
    await first.ended();
    const { refreshToken } = await app.kept();
    await new Gatehouse(url).logout(refreshToken);

    const second = app.run();
    await browse(`${await second.address()}&login_hint=bob@example.com`);
    expect(await second.ended()).toMatchObject({ code: 0, said: expect.stringContaining('bob@example.com') });
  });

  it('says in a sentence why nobody is signed in', async () => {
    const run = appWith('refused').run();
    const end = await browse(`${await run.address()}&provider=NoSuchProvider`);
    expect(end.body).toContain('Please go back to the app.');
    expect(await run.ended()).toStrictEqual({ code: 1, said: 'The sign-in failed (invalid_request). Try again.' });
  });

  it('sends a kept session to no other Gatehouse', async () => {
    const app = appWith('plain-elsewhere');
    const first = app.run();
    await browse(`${await first.address()}&login_hint=alice@example.com`);
    await first.ended();
    const other = await startScriptedServer(() => ({ status: 500 }));
    expect(await app.run('sign-out', other.url).ended()).toStrictEqual({ code: 0, said: 'Signed out.' });
    expect(other.requests).toHaveLength(0);
  });

  /** @returns the page of the app's own that the browser ends at. */
  async function browse(address: string) {
    const end = await new UserAgent().visit(address);
    if (!end.url.startsWith('http://127.0.0.1:')) throw new Error(`the login ended with ${end.status} at ${end.url}`);
    return end;
  }

  async function refresh(refreshToken: string) {
    const answer = await fetch(`${url}/native/session/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken }),
    });
    return { status: answer.status, ...((await answer.json()) as object) };
  }

  /** The app on a computer of its own. */
  function appWith(name: string) {
    const file = join(folder, name);
    const run = (argument?: string, gatehouseUrl = url) => {
      const child = spawn(process.execPath, [script, ...(argument === undefined ? [] : [argument])], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { GATEHOUSE_URL: gatehouseUrl, GATEHOUSE_SESSION_FILE: file, BROWSER: 'none' },
      });
      onTestFinished(() => void child.kill());
      const closed = once(child, 'close');
      const [shown, complained] = [text(child.stdout.setEncoding('utf8')), text(child.stderr)];
      return {
        async address(): Promise<string> {
          for (let output = ''; ;) {
            const [chunk] = (await Promise.race([once(child.stdout, 'data'), closed])) as [unknown];
            if (typeof chunk !== 'string') throw new Error(`it ended: ${await complained}`);
            output += chunk;
            const [, address] = /^Sign in at\n {2}(\S+)\n/.exec(output) ?? [];
            if (address !== undefined) return address;
          }
        },
        /** Its code, and the last line that it wrote. */
        async ended() {
          await closed;
          const said = `${await shown}${await complained}`.trimEnd().split('\n').at(-1);
          return { code: child.exitCode, said };
        },
      };
    };
    return { file, run, kept: async () => JSON.parse(await readFile(file, 'utf8')) as Kept };
  }
});

describe('the backend of docs/native-clients.md', async () => {
  const guide = await readFile(join(project, 'docs/native-clients.md'), 'utf8');
  const block = codeBlocks(guide).find(({ title }) => title === 'verify.js');
  const verify = pathToFileURL(join(folder, 'verify.js')).href;
  await writeFile(join(folder, 'verify.js'), block?.code ?? '');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  // Beside the package that it imports.
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));

  async function userOf(authorization: string): Promise<unknown> {
    const code = `const { userOf } = await import('${verify}');
      const user = await userOf(process.env.AUTHORIZATION).catch(({ message }) => message);
      console.log(JSON.stringify(user));`;
    const env = { GATEHOUSE_URL: url, AUTHORIZATION: authorization };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { env });
    return JSON.parse(stdout);
  }

  async function signIn(key?: ReturnType<typeof newDeviceKey>): Promise<{ uid: string; tokens: Tokens }> {
    const { promise: opened, resolve: open } = Promise.withResolvers<string>();
    const clientId = 'gatehouse-native';
    const login = logInWithBrowser({ gatehouseUrl: url, clientId, open, dpopThumbprint: key?.thumbprint });
    await new UserAgent().visit(`${await opened}&login_hint=alice@example.com`);
    const redeemable = await login;
    return { uid: redeemable.uid, tokens: await new Gatehouse(url, key).redeem(redeemable) };
  }

  it('knows the user, the app and the session of a token', async () => {
    const { uid, tokens } = await signIn();
    expect(await userOf(`Bearer ${tokens.token}`)).toStrictEqual({
      uid,
      clientId: 'gatehouse-native',
      sessionId: tokens.sessionId,
      roles: ['admin'],
    });
  });

  it('takes neither a token that somebody changed, nor no token, nor one that is bound to a key', async () => {
    const [{ tokens }, bound] = [await signIn(), await signIn(newDeviceKey())];
    const [header = '', , signature = ''] = tokens.token.split('.');
    const claims = Buffer.from(JSON.stringify({ sub: 'usr_another' })).toString('base64url');
    expect(await userOf(`Bearer ${header}.${claims}.${signature}`)).toBe('signature verification failed');
    expect(await userOf('')).toBe('Invalid Compact JWS');
    expect(await userOf(`Bearer ${bound.tokens.token}`)).toBe('this token needs its DPoP proof');
  });
});

describe('logInWithBrowser()', () => {
  const issuer = 'https://auth.example.com';
  const success = (state: string) => ({ ok: '1', uid: 'usr_1', ticket: 'the-ticket', state, iss: issuer });

  /** @returns the address that was opened, and how the login ends. */
  async function begin() {
    const { promise: opened, resolve: open } = Promise.withResolvers<string>();
    const login = logInWithBrowser({ gatehouseUrl: issuer, clientId: 'an-app', open });
    const address = new URL(await opened);
    const redirectUri = address.searchParams.get('redirect_uri') ?? '';
    const state = address.searchParams.get('state') ?? '';
    const comeBack = async (parameters: Readonly<Record<string, string>> | string, options: RequestInit = {}) => {
      const answer = await fetch(`${redirectUri}?${new URLSearchParams(parameters)}`, options);
      return {
        status: answer.status,
        policy: answer.headers.get('content-security-policy'),
        body: await answer.text(),
      };
    };
    return { address, redirectUri, state, login, comeBack };
  }

  it('asks for a ticket with a state and the S256 challenge of the verifier that it gives', async () => {
    const { address, redirectUri, state, login, comeBack } = await begin();
    const { code_challenge: challenge, ...others } = Object.fromEntries(address.searchParams);
    expect(address.origin + address.pathname).toBe(`${issuer}/login`);
    expect(others).toStrictEqual({
      origin: 'native',
      client_id: 'an-app',
      redirect_uri: redirectUri,
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    await comeBack(success(state));
    const { verifier, ...rest } = await login;
    expect(await s256(verifier)).toBe(challenge);
    expect(rest).toStrictEqual({ uid: 'usr_1', ticket: 'the-ticket' });
  });

  it('takes no script and no frame into the page that ends it', async () => {
    const { state, login, comeBack } = await begin();
    const { policy } = await comeBack(success(state));
    await login;
    expect(policy).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it('goes on, as if nothing had been, when something comes back that it did not ask for', async () => {
    const { redirectUri, state, login, comeBack } = await begin();
    const ours = success(state);
    const strays = [
      comeBack({}),
      comeBack({ ...ours, state: 'another' }),
      comeBack({ ...ours, ok: '0', error: 'access_denied', state: '' }),
      comeBack({ ...ours, iss: 'https://evil.example' }),
      comeBack(`${new URLSearchParams(ours)}&state=${state}`),
      comeBack(`${new URLSearchParams(ours)}&iss=https%3A%2F%2Fevil.example`),
      comeBack(ours, { method: 'POST' }),
      fetch(`${new URL(redirectUri).origin}/favicon.ico`),
      fetch(`${new URL(redirectUri).origin}//[`),
    ];
    expect((await Promise.all(strays)).map(({ status }) => status)).toStrictEqual(strays.map(() => 404));
    await comeBack({ ...ours, ticket: 'the-right-one' });
    expect(await login).toMatchObject({ ticket: 'the-right-one' });
  });

  it.each([
    ['access_denied', 'The sign-in was cancelled.'],
    ['temporarily_unavailable', 'Sign-in is not available right now. Try again in a minute.'],
    ['user_disabled', 'This account is switched off.'],
    ['sso_required', 'The sign-in failed (sso_required). Try again.'],
    ['\u001B[2Jx', 'The sign-in failed (2Jx). Try again.'],
  ])('says why when the login failed with %j', async (error, sentence) => {
    const { state, login, comeBack } = await begin();
    await Promise.all([expect(login).rejects.toThrow(sentence), comeBack({ ok: '0', error, state, iss: issuer })]);
  });

  it('takes no ticket from an answer that is not ok', async () => {
    const { state, login, comeBack } = await begin();
    await Promise.all([expect(login).rejects.toThrow('The sign-in failed'), comeBack({ ...success(state), ok: '0' })]);
  });

  it('leaves no door open', async () => {
    const { redirectUri, state, login, comeBack } = await begin();
    await comeBack(success(state));
    await login;
    await expect(fetch(redirectUri)).rejects.toThrow('fetch failed');
  });
});

describe('the session of the desktop example', () => {
  const kept: Kept = { gatehouseUrl: 'http://unused', refreshToken: 'first' };
  const tokens = (count: number, expiresIn = 3600): Tokens => ({
    token: `jwt-${count}`,
    tokenType: 'Bearer',
    expiresIn,
    refreshToken: `next-${count}`,
    refreshExpiresIn: 86_400,
    sessionId: 'a',
  });

  /** @param happened what was stored, asked and waited for, in that order. */
  function sessionAt(gatehouseUrl: string, happened: string[] = []) {
    let held: Kept | undefined = kept;
    const store: SessionStore = {
      read: async () => Promise.resolve(held),
      write: async (next) => {
        await Promise.resolve();
        happened.push(`stored ${next.refreshToken}`);
        held = next;
      },
      clear: async () => {
        await Promise.resolve();
        happened.push('forgot');
        held = undefined;
      },
    };
    const wait = async (ms: number) => Promise.resolve(happened.push(`waited ${ms}`));
    return { session: new Session(new Gatehouse(gatehouseUrl), store, wait), held: () => held?.refreshToken };
  }

  it('refreshes once for all who ask', async () => {
    const server = await startScriptedServer((_request, count) => ({ body: tokens(count) }));
    const { session } = sessionAt(server.url);
    const given = await Promise.all(Array.from({ length: 20 }, async () => session.accessToken()));
    expect(new Set(given.map(({ token }) => token))).toStrictEqual(new Set(['jwt-1']));
    expect(server.requests.map(({ target, body }) => [target, body])).toStrictEqual([
      ['/native/session/refresh', '{"refreshToken":"first"}'],
    ]);
  });

  it('refreshes with the latest refresh token when the access token is about to end', async () => {
    const server = await startScriptedServer((_request, count) => ({ body: tokens(count, 60) }));
    const { session } = sessionAt(server.url);
    await session.accessToken();
    await session.accessToken();
    expect(server.requests.map(({ body }) => body)).toStrictEqual([
      '{"refreshToken":"first"}',
      '{"refreshToken":"next-1"}',
    ]);
  });

  it('stores the new refresh token before it hands out the access token', async () => {
    const happened: string[] = [];
    const server = await startScriptedServer((_request, count) => ({ body: tokens(count) }));
    const { session } = sessionAt(server.url, happened);
    await session.accessToken().then(({ token }) => happened.push(`gave ${token}`));
    expect(happened).toStrictEqual(['stored next-1', 'gave jwt-1']);
  });

  it('asks with the same token again, soon, when an answer is lost', async () => {
    const happened: string[] = [];
    const server = await startScriptedServer((_request, count) => (count === 1 ? 'drop' : { body: tokens(count) }));
    const { session } = sessionAt(server.url, happened);
    await expect(session.accessToken()).resolves.toMatchObject({ token: 'jwt-2' });
    expect(server.requests.map(({ body }) => body)).toStrictEqual(Array(2).fill('{"refreshToken":"first"}'));
    expect(happened).toStrictEqual(['waited 1000', 'stored next-2']);
  });

  it.each([
    { status: 503, body: { error: 'temporarily_unavailable', error_description: 'Later.' } },
    { status: 429, body: { message: 'Too Many Requests' } },
    { status: 502, body: '<h1>Bad gateway</h1>' },
  ])('keeps the old refresh token through %o', async (answer) => {
    const server = await startScriptedServer(() => answer);
    const { session, held } = sessionAt(server.url);
    await expect(session.accessToken()).rejects.toMatchObject({ isTransient: true });
    expect([held(), server.requests.length]).toStrictEqual(['first', 3]);
  });

  it('keeps it when there is no network', async () => {
    const { session, held } = sessionAt(await unusedUrl());
    await expect(session.accessToken()).rejects.toMatchObject({ code: 'unreachable', isTransient: true });
    expect(held()).toBe('first');
  });

  it('keeps it when something else than Gatehouse refuses', async () => {
    const server = await startScriptedServer(() => ({ status: 401, body: { message: 'Unauthorized' } }));
    const { session, held } = sessionAt(server.url);
    await expect(session.accessToken()).rejects.toMatchObject({ code: 'unexpected_answer', isTransient: false });
    expect(held()).toBe('first');
  });

  it('forgets the session on invalid_grant alone', async () => {
    const body = { error: 'invalid_grant', error_description: 'Sign in again.' };
    const server = await startScriptedServer(() => ({ status: 401, body }));
    const { session, held } = sessionAt(server.url);
    await expect(session.accessToken()).rejects.toMatchObject({ code: 'invalid_grant' });
    expect([held(), server.requests.length]).toStrictEqual([undefined, 1]);
  });

  it('signs out with the token that a running refresh brings', async () => {
    const server = await startScriptedServer(({ target }, count) =>
      target.endsWith('/refresh') ? { body: tokens(count) } : { status: 204 },
    );
    const { session, held } = sessionAt(server.url);
    await Promise.all([session.accessToken(), session.signOut()]);
    expect(server.requests.at(-1)).toMatchObject({
      target: '/native/session/logout',
      body: '{"refreshToken":"next-1"}',
    });
    expect(held()).toBeUndefined();
  });

  it('has not signed out until Gatehouse says so', async () => {
    const server = await startScriptedServer((_request, count) => ({ status: count === 1 ? 503 : 204 }));
    const { session, held } = sessionAt(server.url);
    await expect(session.signOut()).rejects.toMatchObject({ isTransient: true });
    expect(held()).toBe('first');
    await session.signOut();
    expect(held()).toBeUndefined();
  });

  it('follows no redirect with a token in its hands', async () => {
    const elsewhere = await startScriptedServer(() => ({ body: tokens(1) }));
    const server = await startScriptedServer(() => ({ status: 307, headers: { location: elsewhere.url } }));
    const login: BrowserLogin = { uid: 'usr_1', ticket: 'a', verifier: 'b' };
    await expect(new Gatehouse(server.url).redeem(login)).rejects.toMatchObject({ code: 'unreachable' });
    expect(elsewhere.requests).toHaveLength(0);
  });
});

async function s256(verifier: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return Buffer.from(hash).toString('base64url');
}
