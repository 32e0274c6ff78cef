/** A native app as Gatehouse's own face meets it: keeps a verifier, opens the browser, and gets a redirect back. */
import { createHash, randomBytes } from 'node:crypto';
import { authorizeInBrowser } from './authorize-in-browser.ts';
import { UserAgent } from './user-agent.ts';

export type Parameters = Readonly<Record<string, string | undefined>>;

export interface NativeApp {
  readonly verifier: string;
  readonly state: string;
  /** What the app opens in the system browser. */
  readonly loginUrl: string;
}

/** @param parameters right unless they say otherwise; `undefined` leaves one out. */
export function startNativeApp(origin: string, parameters: Parameters = {}): NativeApp {
  const [verifier, state] = [randomBytes(32).toString('base64url'), randomBytes(16).toString('base64url')];
  const all: Parameters = {
    origin: 'native',
    client_id: 'gatehouse-native',
    redirect_uri: 'yourappscheme://login/success',
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: 'alice@example.com',
    ...parameters,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) if (value !== undefined) query.set(name, value);
  return { verifier, state, loginUrl: `${origin}/login?${query}` };
}

export type AppAnswer = Readonly<Record<string, string>>;

/** What the app reads out of the redirect that it gets, with all of `browser`'s redirects on the way. */
export async function signInToApp(
  app: NativeApp,
  { browser = new UserAgent(), redirectUri = 'yourappscheme://login/success' } = {},
): Promise<AppAnswer> {
  const redirect = await authorizeInBrowser(app.loginUrl, redirectUri, browser);
  return Object.fromEntries(redirect.searchParams);
}

/** `POST /native/session/jwt`. */
export async function redeem(
  origin: string,
  { uid, ticket, verifier }: { readonly uid: string; readonly ticket: string; readonly verifier: string },
) {
  return new UserAgent().send(`${origin}/native/session/jwt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uid, deviceProof: { ticket, verifier } }),
  });
}
