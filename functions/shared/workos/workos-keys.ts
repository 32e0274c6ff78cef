/** WorkOS's signing keys (JWKS, RFC 7517): read once, kept, read again for an unknown `kid`, and served stale when WorkOS is away. */
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import * as v from 'valibot';
import { AuthError } from '../domain/auth-error.ts';
import type { Clock } from '../domain/clock.ts';
import type { Fetch } from '../outbound/fetch.ts';

const freshForMs = 10 * 60_000;
/** Between two readings that an unknown `kid` asked for: tokens with invented ones must not become traffic. */
const rereadAfterMs = 30_000;
const timeoutMs = 3_000;

/** jose checks the rest of a key when it picks it. */
const keySet = v.pipe(v.string(), v.parseJson(), v.object({ keys: v.array(v.looseObject({ kty: v.string() })) }));

/** @returns a key resolver for `jwtVerify`, which throws AuthError `temporarily_unavailable` while there are no keys at all. */
export function createWorkosKeys(jwksUrl: () => Promise<string>, fetch: Fetch, clock: Clock): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | undefined;
  let readAt = 0;
  let reading: Promise<JWTVerifyGetKey> | undefined;

  const read = (): Promise<JWTVerifyGetKey> => {
    reading ??= fetchKeys(jwksUrl, fetch)
      .then((fetched) => (keys = fetched))
      .finally(() => {
        readAt = clock().getTime();
        reading = undefined;
      });
    return reading;
  };
  const ageMs = (): number => clock().getTime() - readAt;
  const readOrKeep = async (): Promise<JWTVerifyGetKey> => {
    try {
      return await read();
    } catch (error) {
      if (keys) return keys;
      throw error;
    }
  };

  read().catch(() => undefined);
  return async (header, token) => {
    const current = keys && ageMs() < freshForMs ? keys : await readOrKeep();
    try {
      return await current(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || ageMs() < rereadAfterMs) throw error;
      const renewed = await readOrKeep();
      return renewed(header, token);
    }
  };
}

async function fetchKeys(jwksUrl: () => Promise<string>, fetch: Fetch): Promise<JWTVerifyGetKey> {
  try {
    const answer = await fetch(await jwksUrl(), { signal: AbortSignal.timeout(timeoutMs) });
    if (!answer.ok) throw new AuthError('temporarily_unavailable', `WorkOS's JWKS answered ${answer.status}`);
    return createLocalJWKSet(v.parse(keySet, await answer.text()));
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    throw new AuthError('temporarily_unavailable', "WorkOS's JWKS cannot be read", { cause });
  }
}
