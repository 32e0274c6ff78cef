/** `GET /modules` and `DELETE /modules/{module}`: what this user has connected, and taking it back. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { ModuleKeeper } from '../shared/domain/module-keeper.ts';
import type { Module } from '../shared/domain/modules.ts';
import type { Session } from '../shared/domain/web-sessions.ts';
import { toModuleAnswer } from '../shared/http/module-answer.ts';
import { requireModule, requireNoImpersonator } from '../shared/http/module-route.ts';
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';
import { type HttpResponse, json } from '../shared/http/response.ts';
import type { ModulesAnswer } from './modules-answer.ts';

export interface ModulesDependencies {
  readonly keeper: Pick<ModuleKeeper, 'disconnect' | 'list'>;
  /** Those that the stage switches on. */
  readonly modules: readonly Module[];
}

export function modules(dependencies: ModulesDependencies): AuthenticatedEndpoint {
  const { keeper } = dependencies;
  return async (request, session, { log }) => {
    if (request.method !== 'DELETE') return listed(dependencies, session);

    requireNoImpersonator(session);
    const module = requireModule(dependencies.modules, request.path.slice('/modules/'.length));
    const upstreamRevocation = await keeper.disconnect(session.userId, module, log);
    if (!upstreamRevocation) throw new AuthError('module_not_connected', `${module.name} is not connected`);
    return { status: 204, headers: { 'upstream-revocation': upstreamRevocation }, body: '' };
  };
}

async function listed({ keeper, modules: known }: ModulesDependencies, { userId }: Session): Promise<HttpResponse> {
  const kept = await keeper.list(userId);
  return json(200, {
    modules: known.map(({ name }) =>
      toModuleAnswer(
        name,
        kept.find(({ module }) => module === name),
      ),
    ),
  } satisfies ModulesAnswer);
}
