/** A key that never leaves this device, and proofs that it is here (DPoP, RFC 9449): a token alone is then worth nothing. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

export interface ProofOf {
  readonly method: string;
  /** Without query and fragment. */
  readonly url: string;
  /** The access token that goes with it, if one does. */
  readonly token: string | undefined;
}

export interface DeviceKey {
  /** For `dpop_jkt` (RFC 7638). */
  readonly thumbprint: string;
  /** The private key, for the store. A real app leaves it in a keystore that gives it to nobody. */
  readonly jwk: object;
  /** A `DPoP` header: for one request, within a minute. */
  prove(request: ProofOf): string;
}

export function newDeviceKey(): DeviceKey {
  return deviceKeyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }));
}

export function deviceKeyOf(jwk: object): DeviceKey {
  const privateKey = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  const { crv, kty, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  // RFC 7638: these members, in this order.
  const publicJwk = { crv, kty, x, y };
  return {
    thumbprint: sha256(JSON.stringify(publicJwk)),
    jwk,
    prove({ method, url, token }) {
      const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk };
      const claims = {
        htm: method,
        htu: url,
        iat: Math.floor(Date.now() / 1000),
        jti: randomUUID(),
        ...(token !== undefined && { ath: sha256(token) }),
      };
      const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${signed}.${signature.toString('base64url')}`;
    },
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');
