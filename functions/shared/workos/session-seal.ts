/** What is inside `wos-session`, as WorkOS's SDKs write and read it, and how it is kept small enough for a browser. */
import * as v from 'valibot';
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import { sealIron, unsealIron } from '../crypto/iron-seal.ts';
import { AuthError } from '../domain/auth-error.ts';

/** Browsers drop a cookie of more than 4,096 bytes without a word; AuthKit's own SDK stops here too. */
const maxSealBytes = 3_800 - 'wos-session='.length;

const impersonator = v.object({ email: v.string(), reason: v.nullish(v.string()) });

/** The user is looser than WorkOS's: other SDKs, older versions and our own trimming leave fields out. */
const sealedTokens = v.object({
  accessToken: v.string(),
  refreshToken: v.string(),
  user: v.looseObject({
    id: v.string(),
    email: v.string(),
    firstName: v.nullish(v.string()),
    lastName: v.nullish(v.string()),
    profilePictureUrl: v.nullish(v.string()),
  }),
  organizationId: v.nullish(v.string()),
  authenticationMethod: v.nullish(v.string()),
  impersonator: v.nullish(impersonator),
});
export type SealedTokens = v.InferOutput<typeof sealedTokens>;

/** @returns `undefined` for anything that is no session sealed with one of the passwords. */
export function unsealTokens(seal: string, passwords: CookiePasswords): SealedTokens | undefined {
  return parseTokens(unsealIron(seal, passwords));
}

/** From JSON; `undefined` for what is no session. */
export function parseTokens(text: string | undefined): SealedTokens | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), sealedTokens), text);
  return parsed.success ? parsed.output : undefined;
}

export interface PasswordSource {
  read(): Promise<CookiePasswords>;
  reread(): Promise<CookiePasswords>;
}

/** Opens seals, with a second look at passwords read anew: they may have been rotated while this instance lived. */
export function createUnsealer(passwords: PasswordSource): (seal: string) => Promise<SealedTokens | undefined> {
  return async (seal) => unsealTokens(seal, await passwords.read()) ?? unsealTokens(seal, await passwords.reread());
}

/** @throws AuthError `session_too_large` when it does not fit even without what can be read elsewhere. */
export function sealTokens(tokens: SealedTokens, passwords: CookiePasswords): string {
  for (const user of userFromWholeToBare(tokens.user)) {
    const seal = sealIron(JSON.stringify({ ...tokens, user }), passwords[0]);
    if (seal.length <= maxSealBytes) return seal;
  }
  throw new AuthError('session_too_large', 'the sealed session exceeds what browsers keep: trim the JWT template');
}

/** The user, then without metadata and dates, then without the picture. Id, e-mail and name stay. */
function* userFromWholeToBare(user: SealedTokens['user']): Generator<SealedTokens['user']> {
  yield user;
  const { id, email, firstName, lastName, profilePictureUrl } = user;
  const named = { id, email, firstName, lastName };
  yield { ...named, profilePictureUrl };
  yield named;
}
