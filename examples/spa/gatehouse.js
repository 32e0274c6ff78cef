/**
 * What a front end needs of Gatehouse: who is signed in, where else, and the ways in and out. Made to be copied.
 * No token passes through here: the session is a cookie that no script can read.
 */
import { gatehouseUrl } from './config.js';

/** Gatehouse said no, by a code that will not change (`not_found`, `cross_site` …), or is not there (`unreachable`). */
export class GatehouseError extends Error {
  constructor(code, message, requestId) {
    super(message);
    this.name = 'GatehouseError';
    this.code = code;
    /** For whoever reads Gatehouse's log. */
    this.requestId = requestId;
  }
}

/**
 * Who is signed in; `undefined` when nobody is.
 * @throws GatehouseError when that cannot be told now, which signs nobody out: keep what you know, and ask again later.
 */
export async function readSession() {
  const session = await ask('GET', '/session');
  currentId = session?.sessionId;
  return refusedIds.has(currentId) ? undefined : session;
}

/** Where this user is signed in; `undefined` when nobody is. @throws GatehouseError */
export async function readSessions() {
  const answer = await ask('GET', '/sessions');
  return answer?.sessions;
}

/** Ends one of them, the one that asks too. It may be repeated. @throws GatehouseError */
export async function endSession(id) {
  await ask('DELETE', `/sessions/${encodeURIComponent(id)}`);
  refusedIds.add(id);
  tellOtherTabs();
}

/** Leaves for the sign-in, and comes back to this page. */
export function signIn() {
  const here = location.href.length <= longestReturnTo ? location.href : `${location.origin}/`;
  sessionStorage.setItem(leftToSignIn, 'yes');
  location.assign(`${gatehouseUrl}/login?${new URLSearchParams({ return_to: here })}`);
}

/** Leaves for good: the session ends here, at WorkOS, and with it WorkOS's own memory of this browser. */
export function signOut() {
  location.assign(`${gatehouseUrl}/logout`);
}

/**
 * Calls back with the session, or `undefined`, now and whenever it may have become another: another tab says so, this tab is
 * looked at again, or its five minutes are over. Compare `sessionId` to notice that somebody else has signed in.
 * @param onFailure is called with the error when it cannot be told.
 */
export function watchSession(onSession, onFailure) {
  let latest = 0;
  let timer;
  const look = async () => {
    const mine = ++latest;
    clearTimeout(timer);
    try {
      const session = await readSession();
      // A later question has a newer answer.
      if (mine !== latest) return;
      if (session) timer = setTimeout(lookIfSeen, Math.max(Date.parse(session.expiresAt) - Date.now(), shortestLookMs));
      onSession(session);
    } catch (error) {
      if (mine === latest) onFailure(error);
    }
  };
  const lookIfSeen = () => document.visibilityState === 'visible' && look();

  otherTabs.addEventListener('message', look);
  document.addEventListener('visibilitychange', lookIfSeen);
  // Two windows side by side are both visible; and a page that comes out of the back-forward cache has slept.
  addEventListener('focus', lookIfSeen);
  addEventListener('pageshow', ({ persisted }) => persisted && look());
  if (sessionStorage.getItem(leftToSignIn)) {
    sessionStorage.removeItem(leftToSignIn);
    tellOtherTabs();
  }
  look();
}

/** Tells `waiting` (`detail`: for how many seconds) before it asks again, and `answered` when Gatehouse does. */
export const connection = new EventTarget();

const otherTabs = new BroadcastChannel('gatehouse');
const tellOtherTabs = () => otherTabs.postMessage('the session may have changed');

let currentId;
/** Ended ones: `/session` may believe in them until their access token expires, five minutes at most. */
const refusedIds = new Set();

const leftToSignIn = 'gatehouse: left to sign in';
/** What Gatehouse takes as `return_to`. */
const longestReturnTo = 256;
const shortestLookMs = 30_000;
/** More than Gatehouse ever takes. */
const timeoutMs = 20_000;
const maxAttempts = 6;
const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** @returns the answer's JSON, if it has one; `undefined` for 401. */
async function ask(method, path) {
  for (let attempt = 1; ; attempt++) {
    const answer = await send(method, path);
    if (answer && !isTransient(answer)) {
      connection.dispatchEvent(new Event('answered'));
      return read(answer, path);
    }
    if (attempt === maxAttempts) throw new GatehouseError('unreachable', 'Gatehouse does not answer.');
    const waitMs = howLongToWaitMs(attempt, answer);
    connection.dispatchEvent(new CustomEvent('waiting', { detail: waitMs / 1000 }));
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** `undefined` without an answer. That may have been one of API Gateway's own, which scripts of other origins cannot read. */
async function send(method, path) {
  try {
    return await fetch(gatehouseUrl + path, {
      method,
      credentials: 'include',
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch {
    return undefined;
  }
}

/** Nothing definite about the session: its cookie is kept, and the same question will be answered. */
const isTransient = ({ status }) => status === 429 || status >= 500;

/** Longer each time and never sooner than Gatehouse says; not the same in every tab, lest they all come back at once. */
function howLongToWaitMs(attempt, answer) {
  const backoffMs = Math.min(firstWaitMs * 2 ** (attempt - 1), longestWaitMs);
  const retryAfterMs = Number(answer?.headers.get('Retry-After') ?? 0) * 1000;
  return Math.max(backoffMs, retryAfterMs) * (1 + Math.random() / 4);
}

async function read(answer, path) {
  if (answer.status === 204) return undefined;
  if (answer.status === 401) {
    if (path !== '/session' && currentId) refusedIds.add(currentId);
    return undefined;
  }
  const body = await answer.json();
  if (answer.ok) return body;
  throw new GatehouseError(body.error, body.error_description, body.request_id);
}
