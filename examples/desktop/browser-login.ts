/** A login in the system's browser that comes back to this process: a loopback redirect (RFC 8252 §7.3) with PKCE (RFC 7636). */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { on, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BrowserLoginOptions {
  /** Gatehouse's origin, which is also the issuer. */
  readonly gatehouseUrl: string;
  readonly clientId: string;
  /** Of the key that the tokens shall be bound to. */
  readonly dpopThumbprint?: string | undefined;
  /** Brings the address before a person's eyes. */
  readonly open: (url: string) => void;
}

/** Good for one redemption within two minutes. */
export interface BrowserLogin {
  readonly uid: string;
  /** Came by the browser: whoever has seen it has nothing without the verifier. */
  readonly ticket: string;
  /** Has never left this process. */
  readonly verifier: string;
}

/** The login ended without a ticket; the message is for the person. */
export class LoginFailed extends Error {
  override readonly name = 'LoginFailed';
}

/** As long as Gatehouse remembers a login. */
const timeoutMs = 10 * 60_000;

/** @throws LoginFailed */
export async function logInWithBrowser(options: BrowserLoginOptions): Promise<BrowserLogin> {
  const { gatehouseUrl, clientId, dpopThumbprint, open } = options;
  const state = randomBytes(32).toString('base64url');
  const verifier = randomBytes(32).toString('base64url');

  // 127.0.0.1 and not localhost: that may lead elsewhere, and firewalls ask about every other address.
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const login = new URLSearchParams({
      origin: 'native',
      client_id: clientId,
      redirect_uri: `http://127.0.0.1:${port}/callback`,
      state,
      code_challenge: sha256(verifier).toString('base64url'),
      code_challenge_method: 'S256',
      ...(dpopThumbprint !== undefined && { dpop_jkt: dpopThumbprint }),
    });
    open(`${gatehouseUrl}/login?${login}`);

    const requests = on(server, 'request', { signal: AbortSignal.timeout(timeoutMs) });
    for await (const [request, response] of requests as AsyncIterable<[IncomingMessage, ServerResponse]>) {
      const answer = answerIn(request, { state, iss: gatehouseUrl });
      // Any page may ask for this address. What does not know our state changes nothing, and the login goes on.
      if (!answer) show(response, 404, 'This is not the end of a sign-in that the app has started.');
      else return { ...(await accept(answer, response)), verifier };
    }
    throw new LoginFailed('The browser did not come back.');
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') {
      throw new LoginFailed('The sign-in was not finished within ten minutes.', { cause: error });
    }
    throw error;
  } finally {
    server.close().closeAllConnections();
  }
}

/** @returns the parameters of a request that ends the login which expects these. */
function answerIn(request: IncomingMessage, expected: { state: string; iss: string }): URLSearchParams | undefined {
  const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
  if (request.method !== 'GET' || url?.pathname !== '/callback') return undefined;
  const [state, iss] = [url.searchParams.getAll('state'), url.searchParams.getAll('iss')];
  return isEqual(state, expected.state) && isEqual(iss, expected.iss) ? url.searchParams : undefined;
}

/** In constant time; one given twice is none. */
function isEqual([given = '', ...more]: readonly string[], expected: string): boolean {
  return more.length === 0 && timingSafeEqual(sha256(given), sha256(expected));
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

async function accept(answer: URLSearchParams, response: ServerResponse) {
  const [uid, ticket] = [answer.get('uid'), answer.get('ticket')];
  const isGood = answer.get('ok') === '1' && uid !== null && ticket !== null;
  show(response, 200, isGood ? 'You can close this window and go back to the app.' : 'Please go back to the app.');
  await once(response, 'close');
  if (!isGood) throw new LoginFailed(whyNot(answer.get('error')));
  return { uid, ticket };
}

function whyNot(code: string | null): string {
  switch (code) {
    case 'access_denied':
      return 'The sign-in was cancelled.';
    case 'temporarily_unavailable':
      return 'Sign-in is not available right now. Try again in a minute.';
    case 'user_disabled':
      return 'This account is switched off.';
    default:
      return `The sign-in failed (${code?.replaceAll(/[^\w.-]/g, '') ?? 'no reason given'}). Try again.`;
  }
}

function show(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(`<!doctype html><html lang="en"><title>Sign-in</title><p>${sentence}</p></html>`);
}
