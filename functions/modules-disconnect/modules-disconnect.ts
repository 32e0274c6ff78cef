/** `POST /modules/{module}/disconnect`: what a form of the account page can send in place of `DELETE /modules/{module}`. */
import type { ModuleKeeper } from '../shared/domain/module-keeper.ts';
import type { Module } from '../shared/domain/modules.ts';
import { requireModule, requireNoImpersonator } from '../shared/http/module-route.ts';
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';

export interface ModulesDisconnectDependencies {
  readonly keeper: Pick<ModuleKeeper, 'disconnect'>;
  /** Those that the stage switches on. */
  readonly modules: readonly Module[];
}

export function modulesDisconnect({ keeper, modules }: ModulesDisconnectDependencies): AuthenticatedEndpoint {
  return async (request, session, { log }) => {
    requireNoImpersonator(session);
    const module = requireModule(modules, request.path.slice('/modules/'.length, -'/disconnect'.length));
    // Nothing to be told apart: the page shows that it is not connected, also to who clicked twice.
    await keeper.disconnect(session.userId, module, log);
    // 303 (RFC 9110 §15.4.4): to the page that the form was on.
    return { status: 303, headers: { location: '/dashboard' }, body: '' };
  };
}
