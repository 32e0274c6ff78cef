/** A local WorkOS with a clock of its own, and the real SDK in front of it: what its tests start from. */
import { createHash, randomBytes } from 'node:crypto';
import { WorkOS } from '@workos-inc/node';
import { Faults } from '../../lib/local/faults.ts';
import { startLocalWorkos, type LocalWorkos, type LocalWorkosOptions } from '../../lib/local/workos/server.ts';

export const callback = 'http://localhost:3000/callback';
export const signedOut = 'http://localhost:3000/';
export const cookiePassword = 'a cookie password of more than 32 characters';

export interface Fixture {
  readonly workos: LocalWorkos;
  readonly faults: Faults;
  readonly sdk: WorkOS;
  /** Puts the front's clock forward; it starts at the real time, by which the SDK judges tokens. */
  advanceSeconds(seconds: number): void;
  /** Back to the state of a fresh start, as far as switches go. */
  reset(): void;
}

export async function startFixture(options: Partial<LocalWorkosOptions> = {}): Promise<Fixture> {
  const faults = new Faults();
  let offsetMs = 0;
  const workos = await startLocalWorkos({
    redirectUris: [callback],
    logoutReturnUris: [signedOut, 'http://localhost:3000/goodbye'],
    faults,
    now: () => new Date(Date.now() + offsetMs),
    ...options,
  });
  const asAtStart = { ...workos.settings };
  return {
    workos,
    faults,
    sdk: createSdk(workos),
    advanceSeconds(seconds) {
      offsetMs += seconds * 1000;
    },
    reset() {
      offsetMs = 0;
      faults.clear();
      Object.assign(workos.settings, asAtStart);
    },
  };
}

/** The SDK as our functions set it up: no retries of its own, and a timeout, here a short one. */
export function createSdk(
  workos: LocalWorkos,
  overrides: ConstructorParameters<typeof WorkOS>[0] & object = {},
): WorkOS {
  return new WorkOS({
    apiKey: workos.apiKey,
    clientId: workos.clientId,
    apiHostname: 'localhost',
    port: workos.port,
    https: false,
    timeout: 300,
    maxRetries: 0,
    ...overrides,
  });
}

export interface Pkce {
  readonly codeVerifier: string;
  readonly codeChallenge: string;
}

export function createPkce(): Pkce {
  const codeVerifier = randomBytes(32).toString('base64url');
  return { codeVerifier, codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url') };
}

type AuthorizationOptions = Parameters<WorkOS['userManagement']['getAuthorizationUrl']>[0];

/** Opens the authorization URL that the SDK builds, without following where it leads. */
export async function authorize(
  { sdk }: Fixture,
  options: Partial<AuthorizationOptions> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  const selector = options.connectionId === undefined ? { provider: 'authkit' } : {};
  const url = sdk.userManagement.getAuthorizationUrl({ ...selector, redirectUri: callback, ...options });
  return fetch(url, { redirect: 'manual', headers });
}

/** Where an answer leads, as a URL whose query can be read. */
export function locationOf(response: Response): URL {
  const location = response.headers.get('location');
  if (response.status !== 302 || location === null) throw new Error(`no redirect but ${response.status}`);
  return new URL(location);
}

/** A code and its verifier, as the callback gets them for a user whom `login_hint` names. */
export async function signInAtWorkos(
  fixture: Fixture,
  email: string,
  options: Partial<AuthorizationOptions> = {},
): Promise<{ code: string; codeVerifier: string }> {
  const { codeVerifier, codeChallenge } = createPkce();
  const response = await authorize(fixture, {
    loginHint: email,
    codeChallenge,
    codeChallengeMethod: 'S256',
    ...options,
  });
  const code = locationOf(response).searchParams.get('code');
  if (code === null) throw new Error(`no code but ${locationOf(response).search}`);
  return { code, codeVerifier };
}

/** A whole sign-in with a sealed session, as the callback does it. */
export async function signIn(fixture: Fixture, email: string, options: Partial<AuthorizationOptions> = {}) {
  const { code, codeVerifier } = await signInAtWorkos(fixture, email, options);
  const answer = await fixture.sdk.userManagement.authenticateWithCode({
    code,
    codeVerifier,
    ipAddress: '203.0.113.7',
    userAgent: 'a browser',
    session: { sealSession: true, cookiePassword },
  });
  if (answer.sealedSession === undefined) throw new Error('the SDK sealed nothing');
  return { ...answer, sealedSession: answer.sealedSession };
}

/** Refreshes a sealed session with the SDK, as often as called: every call presents the token in the seal. */
export function refresh({ sdk }: { sdk: WorkOS }, sealedSession: string, options: { organizationId?: string } = {}) {
  return sdk.userManagement.loadSealedSession({ sessionData: sealedSession, cookiePassword }).refresh(options);
}
