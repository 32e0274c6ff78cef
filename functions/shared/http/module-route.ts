/** What the routes of one module begin with. */
import { AuthError } from '../domain/auth-error.ts';
import { findModule, type Module } from '../domain/modules.ts';
import type { Session } from '../domain/web-sessions.ts';

/** @throws AuthError `not_found` for one that is not switched on */
export function requireModule(modules: readonly Module[], name: string): Module {
  const module = findModule(modules, name);
  if (!module) throw new AuthError('not_found', 'no such module is switched on');
  return module;
}

/** Consents are the user's own to give and to take back. @throws AuthError `impersonated` */
export function requireNoImpersonator({ impersonator }: Pick<Session, 'impersonator'>): void {
  if (impersonator) throw new AuthError('impersonated', 'an impersonator connects and disconnects nothing');
}
