/** Tells a consent to a module, which came by AuthKit, from a login. */
import { connectModuleOf } from '../shared/domain/connect-transaction.ts';
import { findFlow, type LoginCookieRules } from '../shared/http/login-cookies.ts';
import type { HttpRequest } from '../shared/http/request.ts';

/** @returns the module whose consent this browser has begun under that state; it judges nothing else, and takes nothing. */
export function findConsent(
  request: HttpRequest,
  state: string,
  modules: readonly string[],
  rules: LoginCookieRules,
): string | undefined {
  const cookie = findFlow(request, state, rules)?.cookie;
  return cookie && connectModuleOf(cookie, modules, rules.passwords, rules.stage);
}
