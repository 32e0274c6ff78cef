/** Finds the login that a callback belongs to: the one whose sealed cookie this browser holds. */
import type { LoginErrorCode } from '../shared/domain/auth-error.ts';
import { isExpired, type LoginTransaction, openConfirmation, openLogin } from '../shared/domain/login-transaction.ts';
import { findFlow, type LoginCookieRules, wasCrowdedOut } from '../shared/http/login-cookies.ts';
import type { HttpRequest } from '../shared/http/request.ts';

export type LoginMatch =
  | { readonly cookieName: string; readonly login: LoginTransaction & { readonly codeVerifier: string } }
  /** This browser did not start it, or too long ago. */
  | { readonly cookieName: string | undefined; readonly login: undefined; readonly code: LoginErrorCode };

export function matchLogin(request: HttpRequest, state: string, rules: LoginCookieRules): LoginMatch {
  const flow = findFlow(request, state, rules);
  if (!flow) return { cookieName: undefined, login: undefined, code: 'state_mismatch' };

  const { cookieName, issuedAt, cookie } = flow;
  const login = cookie && openLogin(cookie, rules.passwords, rules.stage);
  if (login && !isExpired(login.issuedAt, rules.now)) return { cookieName, login };

  // A page that asked for a confirmation, loaded again: its code is spent, and what it held is gone.
  const wasAsked = cookie !== undefined && openConfirmation(cookie, rules.passwords, rules.stage) !== undefined;
  const isLate = wasAsked || isExpired(issuedAt, rules.now) || wasCrowdedOut(request, issuedAt, rules);
  return { cookieName, login: undefined, code: isLate ? 'login_expired' : 'state_mismatch' };
}
