/**
 * One consent to a module between `connect` and `callback`, in a flow cookie as a login has it (login-transaction.ts), and in as few
 * bytes as a cookie should have.
 */
import { createHash } from 'node:crypto';
import { isEqual } from '../crypto/constant-time.ts';
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import {
  deriveVerifier,
  type FlowCookie,
  flowKinds,
  openFlowCookie,
  startFlowCookie,
  type StartedLogin,
} from './login-transaction.ts';
import { redirectKeyBytes } from './native-clients.ts';

/** On behalf of an app: where its browser goes back to, and whose session has to finish it. */
export interface NativeConnect {
  /** Client and registered redirect, from `redirectKey()`. */
  readonly redirectKey: string;
  /** Of a loopback redirect. */
  readonly port: number | undefined;
  /** The native session (ours, 32 hex digits). Its row says whose it is. */
  readonly sessionId: string;
  /** The app's own. */
  readonly state: string | undefined;
}

/** On whose behalf a consent is asked for. */
export type ConnectInitiator =
  | {
      readonly native?: undefined;
      /** The web session that starts it, and the only one that ends it. */
      readonly session: ConnectingSession;
      readonly returnTo: string | undefined;
    }
  | { readonly native: NativeConnect };

export type ConnectTransaction = { readonly issuedAt: Date; readonly module: string } & ConnectInitiator;

export interface ConnectingSession {
  readonly userId: string;
  readonly sessionId: string;
}

export type OpenedConnect =
  | {
      readonly native?: undefined;
      readonly returnTo: string | undefined;
      /** Whether it was this session that started it. */
      readonly isStartedBy: (session: ConnectingSession) => boolean;
    }
  | { readonly native: NativeConnect };

const bindingBytes = 8;
const sessionBytes = 16;
const portBytes = 2;

/** A module in one byte. lib/stages.ts refuses settings in which two modules have the same. */
export function moduleTag(module: string): number {
  return createHash('sha256').update(`gatehouse:module:${module}`).digest().readUInt8(0);
}

/** User and session in few bytes. It travels sealed: nobody can look for a session that has the same. */
function bindingOf({ userId, sessionId }: ConnectingSession): Buffer {
  return createHash('sha256').update(`gatehouse:connect:${userId} ${sessionId}`).digest().subarray(0, bindingBytes);
}

/** `binding | return_to`, or `redirect key | port | session | state`. */
export function encodeConnect(transaction: ConnectTransaction): Buffer {
  const { native } = transaction;
  if (!native) return Buffer.concat([bindingOf(transaction.session), Buffer.from(transaction.returnTo ?? '')]);
  const port = Buffer.alloc(portBytes);
  port.writeUInt16BE(native.port ?? 0);
  return Buffer.concat([
    Buffer.from(native.redirectKey, 'hex'),
    port,
    Buffer.from(native.sessionId, 'hex'),
    Buffer.from(native.state ?? ''),
  ]);
}

/** @param bytes out of a seal of ours: another version of this code may have written them, nobody else. */
export function decodeConnect(bytes: Buffer, isNative: boolean): OpenedConnect | undefined {
  if (!isNative) {
    if (bytes.length < bindingBytes) return undefined;
    const binding = bytes.subarray(0, bindingBytes).toString('hex');
    return {
      returnTo: bytes.subarray(bindingBytes).toString() || undefined,
      isStartedBy: (session) => isEqual(bindingOf(session).toString('hex'), binding),
    };
  }
  let at = 0;
  const take = (count: number): Buffer => bytes.subarray(at, (at += count));
  const key = take(redirectKeyBytes).toString('hex');
  const port = take(portBytes);
  const sessionId = take(sessionBytes).toString('hex');
  if (at > bytes.length) return undefined;
  const state = bytes.subarray(at).toString() || undefined;
  return { native: { redirectKey: key, port: port.readUInt16BE() || undefined, sessionId, state } };
}

/** Starts the consent to a module: the same cookie, state and verifier, of a kind of its own. */
export function startConnect(transaction: ConnectTransaction, passwords: CookiePasswords, stage: string): StartedLogin {
  return startFlowCookie(
    {
      kind: transaction.native ? flowKinds.nativeConnect : flowKinds.connect,
      detail: moduleTag(transaction.module),
      issuedAt: transaction.issuedAt,
      rest: encodeConnect(transaction),
    },
    passwords,
    stage,
  );
}

/** Which of these modules a flow is the consent to; `undefined` for a login, or for a module that is switched off by now. */
export function connectModuleOf(
  cookie: FlowCookie,
  modules: readonly string[],
  passwords: CookiePasswords,
  stage: string,
): string | undefined {
  const opened = openFlowCookie(cookie, passwords, stage);
  if (opened?.kind !== flowKinds.connect && opened?.kind !== flowKinds.nativeConnect) return undefined;
  return modules.find((module) => moduleTag(module) === opened.detail);
}

/** Opens the cookie of a consent to this module. `undefined`: no cookie of ours, or of another flow or module. */
export function openConnect(
  cookie: FlowCookie,
  module: string,
  passwords: CookiePasswords,
  stage: string,
): (OpenedConnect & { readonly issuedAt: Date; readonly codeVerifier: string }) | undefined {
  const opened = openFlowCookie(cookie, passwords, stage);
  if (opened?.kind !== flowKinds.connect && opened?.kind !== flowKinds.nativeConnect) return undefined;
  if (opened.detail !== moduleTag(module)) return undefined;
  const { kind, issuedAt, seed, rest, key } = opened;
  const decoded = decodeConnect(rest, kind === flowKinds.nativeConnect);
  return decoded && { ...decoded, issuedAt, codeVerifier: deriveVerifier(key, seed) };
}
