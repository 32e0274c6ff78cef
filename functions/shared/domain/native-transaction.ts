/** What a login carries from `/login` to `/callback` on behalf of an app, in as few bytes as a cookie should have. */
import { redirectKeyBytes } from './native-clients.ts';

/** How the answer is written into the redirect. One bit in the cookie: only ever append. */
export const authorizationFaces = ['gatehouse', 'oauth'] as const;
export type AuthorizationFace = (typeof authorizationFaces)[number];

export interface NativeTransaction {
  readonly face: AuthorizationFace;
  /** Client and registered redirect, from `redirectKey()`. */
  readonly redirectKey: string;
  /** Of a loopback redirect. */
  readonly port: number | undefined;
  /** The app's own. */
  readonly state: string | undefined;
  /** RFC 7636 §4.2, S256. */
  readonly codeChallenge: string;
  /** `dpop_jkt` (RFC 9449 §10). */
  readonly dpopThumbprint: string | undefined;
}

const portBytes = 2;
const hashBytes = 32;
const isBound = 0x80;

/** `flags | redirect key | port | challenge | thumbprint if any | state`. */
export function encodeNativeTransaction(native: NativeTransaction): Buffer {
  const { dpopThumbprint } = native;
  const port = Buffer.alloc(portBytes);
  port.writeUInt16BE(native.port ?? 0);
  return Buffer.concat([
    Buffer.of(authorizationFaces.indexOf(native.face) | (dpopThumbprint === undefined ? 0 : isBound)),
    Buffer.from(native.redirectKey, 'hex'),
    port,
    Buffer.from(native.codeChallenge, 'base64url'),
    Buffer.from(dpopThumbprint ?? '', 'base64url'),
    Buffer.from(native.state ?? ''),
  ]);
}

/** @param bytes out of a seal of ours: another version of this code may have written them, nobody else. */
export function decodeNativeTransaction(bytes: Buffer): NativeTransaction | undefined {
  const [flags = 0xff] = bytes;
  const face = authorizationFaces[flags & ~isBound];
  if (face === undefined) return undefined;
  let at = 1;
  const take = (count: number): Buffer => bytes.subarray(at, (at += count));
  const key = take(redirectKeyBytes).toString('hex');
  const portBuffer = take(portBytes);
  const codeChallenge = take(hashBytes).toString('base64url');
  const dpopThumbprint = flags & isBound ? take(hashBytes).toString('base64url') : undefined;
  if (at > bytes.length) return undefined;
  return {
    face,
    redirectKey: key,
    port: portBuffer.readUInt16BE() || undefined,
    state: bytes.subarray(at).toString() || undefined,
    codeChallenge,
    dpopThumbprint,
  };
}
