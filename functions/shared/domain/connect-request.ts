/**
 * An app's wish to connect a module, sealed into the address that it opens in the system browser. Whoever opens it can give the
 * consent; only the app that asked can finish it, with the JWT of the same session.
 */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import { deriveBoxKey, openBox, sealBox } from '../crypto/sealed-box.ts';

/** From the app's request to the browser that opens what it was answered. */
export const connectRequestTtlSeconds = 120;

const purpose = 'connect-request';

export interface ConnectRequest {
  /** What it was asked for: the request opens for no other module. */
  readonly module: string;
  readonly userId: string;
  /** The native session (ours). */
  readonly sessionId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** The app's own. */
  readonly state: string;
  readonly issuedAt: Date;
}

export interface OpenedConnectRequest extends ConnectRequest {
  /** For `Once`: of one sealed text there is one id. */
  readonly id: string;
  readonly expiresAt: Date;
}

const sealed = v.object({
  userId: v.string(),
  sessionId: v.string(),
  clientId: v.string(),
  redirectUri: v.string(),
  state: v.string(),
  /** Milliseconds. */
  issuedAt: v.number(),
});

export function sealConnectRequest(
  { module, issuedAt, ...request }: ConnectRequest,
  passwords: CookiePasswords,
  stage: string,
): string {
  const content = { ...request, issuedAt: issuedAt.getTime() } satisfies v.InferInput<typeof sealed>;
  return sealBox(Buffer.from(JSON.stringify(content)), deriveBoxKey(passwords[0], purpose, stage), module);
}

/** @returns `undefined` for one that is not ours, for another module, or too old. Whether it was opened before is for `Once`. */
export function openConnectRequest(
  box: string,
  module: string,
  { passwords, stage, now }: { readonly passwords: CookiePasswords; readonly stage: string; readonly now: Date },
): OpenedConnectRequest | undefined {
  const opened = passwords
    .map((password) => openBox(box, deriveBoxKey(password, purpose, stage), module))
    .find((bytes) => bytes !== undefined);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), sealed), opened?.toString());
  if (!parsed.success) return undefined;
  const issuedAt = new Date(parsed.output.issuedAt);
  const expiresAt = new Date(issuedAt.getTime() + connectRequestTtlSeconds * 1000);
  if (expiresAt <= now) return undefined;
  return { ...parsed.output, module, issuedAt, expiresAt, id: createHash('sha256').update(box).digest('base64url') };
}
