/**
 * A desktop app in one command: `node examples/desktop/sign-in.ts` signs in if need be and says who is signed in;
 * `--bound` binds a new session to a key of this device; `sign-out` ends it.
 */
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { logInWithBrowser } from './browser-login.ts';
import { deviceKeyOf, newDeviceKey } from './device-key.ts';
import { Gatehouse, GatehouseError, type SignedIn } from './gatehouse.ts';
import { fileStore, Session } from './session.ts';

const {
  GATEHOUSE_URL = 'http://localhost:3000',
  GATEHOUSE_SESSION_FILE: file = join(homedir(), '.gatehouse-desktop-example.json'),
  BROWSER: browser,
} = process.env;
const gatehouseUrl = new URL(GATEHOUSE_URL).origin;
const clientId = 'gatehouse-native';

const store = fileStore(file);

try {
  await (process.argv.includes('sign-out') ? signOut() : sayWho());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function sayWho(): Promise<void> {
  const { name, email } = await ask((await keptSession()) ?? (await signIn())).catch(async (error: unknown) => {
    // The kept session has ended, and is forgotten by now.
    if (isRefusal(error, 'invalid_grant')) return ask(await signIn());
    throw error;
  });
  console.log(`Signed in as ${name} <${email}>.`);
}

async function signOut(): Promise<void> {
  await (await keptSession())?.session.signOut();
  console.log('Signed out.');
}

/** From an earlier run. One of another Gatehouse is none: its token is not for this one. */
async function keptSession() {
  const kept = await store.read();
  if (kept?.gatehouseUrl !== gatehouseUrl) return undefined;
  const gatehouse = new Gatehouse(gatehouseUrl, kept.deviceKey && deviceKeyOf(kept.deviceKey));
  return { gatehouse, session: new Session(gatehouse, store) };
}

async function signIn() {
  const deviceKey = process.argv.includes('--bound') ? newDeviceKey() : undefined;
  const login = await logInWithBrowser({ gatehouseUrl, clientId, open, dpopThumbprint: deviceKey?.thumbprint });
  const gatehouse = new Gatehouse(gatehouseUrl, deviceKey);
  const session = new Session(gatehouse, store);
  await session.begin(await gatehouse.redeem(login), { gatehouseUrl, deviceKey: deviceKey?.jwk });
  return { gatehouse, session };
}

/** As an app asks its own backend: with a token that is fresh, and once more with a new one if it was refused. */
async function ask({ gatehouse, session }: { gatehouse: Gatehouse; session: Session }): Promise<SignedIn> {
  try {
    return await gatehouse.session(await session.accessToken());
  } catch (error) {
    if (!isRefusal(error, 'unauthenticated')) throw error;
    return gatehouse.session(await session.refresh());
  }
}

function isRefusal(error: unknown, code: string): boolean {
  return error instanceof GatehouseError && error.code === code;
}

/** The system's browser, where the person's password manager and sessions are: never a web view of the app's own. */
function open(url: string): void {
  console.log(`Sign in at\n  ${url}`);
  if (browser === 'none') return;
  const [command, ...args] = {
    darwin: ['open'] as const,
    win32: ['rundll32', 'url.dll,FileProtocolHandler'] as const,
  }[process.platform as string] ?? ['xdg-open'];
  const opener = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  // Where there is no such command, the address is on the screen.
  opener.on('error', () => undefined).unref();
}
