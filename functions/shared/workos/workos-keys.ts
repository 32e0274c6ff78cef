/**
 * WorkOS's signing keys (JWKS, RFC 7517): read once, from our own copy where there is one; kept, read again from WorkOS for an
 * unknown `kid`, and served stale when WorkOS is away.
 */
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

export interface WorkosKeysOptions {
  /** What `rotate-keys` has copied: an instance that starts with it asks WorkOS nothing. */
  readonly stored?: (now: Date) => Promise<string | undefined>;
  /** Reads nothing before the first use; otherwise it starts at once, in Lambda's init phase. */
  readonly isLazy?: boolean;
}

/** @returns a key resolver for `jwtVerify`, which throws AuthError `temporarily_unavailable` while there are no keys at all. */
export function createWorkosKeys(
  jwksUrl: () => Promise<string>,
  fetch: Fetch,
  clock: Clock,
  { stored, isLazy = false }: WorkosKeysOptions = {},
): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | undefined;
  let readAt = 0;
  let reading: Promise<JWTVerifyGetKey> | undefined;

  const readStored = async (): Promise<JWTVerifyGetKey | undefined> => {
    try {
      const copy = await stored?.(clock());
      return copy === undefined ? undefined : parseKeys(copy);
    } catch {
      // Then WorkOS is asked, as if there were no copy.
      return undefined;
    }
  };
  const read = (): Promise<JWTVerifyGetKey> => {
    const isFirst = keys === undefined;
    reading ??= (async () => (isFirst && (await readStored())) || parseKeys(await fetchJwks(await jwksUrl(), fetch)))()
      .catch((cause: unknown) => {
        if (cause instanceof AuthError) throw cause;
        throw new AuthError('temporarily_unavailable', "WorkOS's JWKS cannot be read", { cause });
      })
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

  if (!isLazy) read().catch(() => undefined);
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

/** @throws AuthError `temporarily_unavailable` when WorkOS does not answer, or with what is no key set. */
export async function fetchJwks(jwksUrl: string, fetch: Fetch): Promise<string> {
  try {
    const answer = await fetch(jwksUrl, { signal: AbortSignal.timeout(timeoutMs) });
    if (!answer.ok) throw new AuthError('temporarily_unavailable', `WorkOS's JWKS answered ${answer.status}`);
    const jwks = await answer.text();
    parseKeys(jwks);
    return jwks;
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    throw new AuthError('temporarily_unavailable', "WorkOS's JWKS cannot be read", { cause });
  }
}

const parseKeys = (jwks: string): JWTVerifyGetKey => createLocalJWKSet(v.parse(keySet, jwks));
