/** WorkOS's access tokens: RS256, signed with rotating keys, published as a JWKS. */
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { newId, newUlid } from './ids.ts';

export interface AccessTokenClaims {
  /** The user. */
  readonly sub: string;
  /** The session; the same over all its refreshes. */
  readonly sid: string;
  /** Seconds since 1970 of the last active sign-in; a refresh does not move it. */
  readonly auth_time: number;
  readonly org_id?: string;
  readonly role?: string;
  readonly roles?: readonly string[];
  readonly permissions?: readonly string[];
  /** Who acts as the user, when WorkOS staff of the customer impersonates them (RFC 8693 §4.1). */
  readonly act?: { readonly sub: string };
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

interface AccessTokenSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly lifetimeSeconds: () => number;
  readonly now: () => Date;
}

export class AccessTokens {
  readonly #settings: AccessTokenSettings;
  /** Newest first: the first signs, all are published. Promises, so that neither start nor rotation waits for RSA. */
  #keys: readonly Promise<SigningKey>[] = [newSigningKey()];

  constructor(settings: AccessTokenSettings) {
    this.#settings = settings;
  }

  /** A token that lives as long as the settings say now; without `aud` and e-mail, which WorkOS leaves out too. */
  async sign(claims: AccessTokenClaims): Promise<string> {
    const { issuer, clientId, lifetimeSeconds, now } = this.#settings;
    const [key] = this.#keys;
    if (key === undefined) throw new Error('no signing key');
    const { kid, privateKey } = await key;
    const issuedAt = Math.floor(now().getTime() / 1000);
    return new SignJWT({ ...claims, client_id: clientId })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer(issuer)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds())
      .setJti(newUlid())
      .sign(privateKey);
  }

  async jwks(): Promise<{ keys: readonly JWK[] }> {
    const keys = await Promise.all(this.#keys);
    return { keys: keys.map(({ publicJwk }) => publicJwk) };
  }

  /** Tokens are signed with a new key from now on. The old keys stay published unless they are withdrawn. */
  rotate(options: { readonly withdrawOldKeys?: boolean } = {}): void {
    this.#keys = [newSigningKey(), ...(options.withdrawOldKeys === true ? [] : this.#keys)];
  }
}

async function newSigningKey(): Promise<SigningKey> {
  const kid = newId('sso_oidc_key_pair');
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}
