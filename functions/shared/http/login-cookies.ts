/** The cookies of logins and consents under way in this browser: one per flow, at most five. */
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import {
  type FlowCookie,
  flowIssuedAt,
  isExpired,
  isLoginCookie,
  loginTransactionTtlSeconds,
  maxLoginTransactions,
  readState,
  type StartedLogin,
} from '../domain/login-transaction.ts';
import { clearCookie, cookieNames, cookieValues, setCookie } from './cookies.ts';
import type { HttpRequest } from './request.ts';

export interface LoginCookieRules {
  readonly now: Date;
  readonly passwords: CookiePasswords;
  readonly stage: string;
}

/** When each flow that this browser still holds was started, by cookie name; `undefined` for what is not ours or too old. */
function pendingLogins(
  request: HttpRequest,
  { now, passwords, stage }: LoginCookieRules,
): Map<string, Date | undefined> {
  const pending = new Map<string, Date | undefined>();
  for (const name of cookieNames(request.cookies).filter(isLoginCookie)) {
    const [value = ''] = cookieValues(request.cookies, name);
    const issuedAt = flowIssuedAt({ name, value }, passwords, stage);
    pending.set(name, issuedAt && !isExpired(issuedAt, now) ? issuedAt : undefined);
  }
  return pending;
}

/** The flow that a `state` of ours names, and its cookie where this browser holds exactly one of that name. */
export function findFlow(
  request: HttpRequest,
  state: string,
  { passwords, stage }: LoginCookieRules,
): { readonly cookieName: string; readonly issuedAt: Date; readonly cookie: FlowCookie | undefined } | undefined {
  const stated = readState(state, passwords, stage);
  if (!stated) return undefined;
  const [value, ...others] = cookieValues(request.cookies, stated.cookieName);
  const isAlone = value !== undefined && others.length === 0;
  return { ...stated, cookie: isAlone ? { name: stated.cookieName, value } : undefined };
}

/** `Set-Cookie` values that begin a flow and make room for it. */
export function beginFlow(
  request: HttpRequest,
  { cookieName, cookieValue }: Pick<StartedLogin, 'cookieName' | 'cookieValue'>,
  rules: LoginCookieRules,
): readonly string[] {
  return [...clearSurplusLogins(request, rules), setCookie(cookieName, cookieValue, loginTransactionTtlSeconds)];
}

/** `Set-Cookie` values that make room for one more flow: what is dead goes, then the oldest. */
export function clearSurplusLogins(request: HttpRequest, rules: LoginCookieRules): readonly string[] {
  const pending = [...pendingLogins(request, rules)];
  const oldestFirst = pending.toSorted(([, a], [, b]) => (a?.getTime() ?? 0) - (b?.getTime() ?? 0));
  const dead = pending.filter(([, issuedAt]) => issuedAt === undefined).length;
  const surplus = Math.max(dead, pending.length - maxLoginTransactions + 1);
  return oldestFirst.slice(0, surplus).map(([name]) => clearCookie(name));
}

/** Whether a flow started then has given way to five newer ones of this browser. */
export function wasCrowdedOut(request: HttpRequest, issuedAt: Date, rules: LoginCookieRules): boolean {
  const newer = [...pendingLogins(request, rules).values()].filter((other) => other && other >= issuedAt);
  return newer.length >= maxLoginTransactions;
}
