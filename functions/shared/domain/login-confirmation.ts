/**
 * What waits while a person is asked whether an app may have them signed in: the whole grant, sealed into the page that asks.
 * It opens only together with the cookie that this browser got with the page.
 */
import * as v from 'valibot';
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import { deriveBoxKey, openBox, sealBox } from '../crypto/sealed-box.ts';
import type { LoginGrant } from './login-grant.ts';
import { type FlowCookie, isExpired, openConfirmation } from './login-transaction.ts';
import { authorizationFaces } from './native-transaction.ts';

const purpose = 'login-confirmation';

const optionalText = v.optional(v.string());

const sealedGrant = v.object({
  ticket: v.string(),
  holds: v.object({
    kind: v.literal('login'),
    userId: v.string(),
    workosUserId: v.string(),
    workosSessionId: v.string(),
    organizationId: optionalText,
    roles: v.array(v.string()),
    clientId: v.string(),
    redirectUri: v.string(),
    codeChallenge: v.string(),
    dpopThumbprint: optionalText,
  }),
  provider: v.string(),
  method: optionalText,
  face: v.picklist(authorizationFaces),
  state: optionalText,
});

const contextOf = (cookieName: string, nonce: string): string => `${cookieName}:${nonce}`;

/** @param asked the cookie's name, and the nonce that it holds. */
export function sealGrant(
  grant: LoginGrant,
  asked: { readonly cookieName: string; readonly nonce: string },
  passwords: CookiePasswords,
  stage: string,
): string {
  const key = deriveBoxKey(passwords[0], purpose, stage);
  return sealBox(Buffer.from(JSON.stringify(grant)), key, contextOf(asked.cookieName, asked.nonce));
}

/** @returns `undefined` for a page of another browser, of another flow, or of more than ten minutes ago. */
export function openGrant(
  box: string,
  cookie: FlowCookie,
  { passwords, stage, now }: { readonly passwords: CookiePasswords; readonly stage: string; readonly now: Date },
): LoginGrant | undefined {
  const asked = openConfirmation(cookie, passwords, stage);
  if (!asked || isExpired(asked.issuedAt, now)) return undefined;
  const context = contextOf(cookie.name, asked.nonce);
  const opened = passwords
    .map((password) => openBox(box, deriveBoxKey(password, purpose, stage), context))
    .find((bytes) => bytes !== undefined);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), sealedGrant), opened?.toString());
  if (!parsed.success) return undefined;
  const { holds, method, state, ...known } = parsed.output;
  const { organizationId, dpopThumbprint, ...whole } = holds;
  return { ...known, method, state, holds: { ...whole, organizationId, dpopThumbprint } };
}
