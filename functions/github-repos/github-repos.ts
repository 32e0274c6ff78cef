/** `GET /github/repos?cursor=`: the repositories of the GitHub account that this user has connected, a hundred at a time. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Log } from '../shared/domain/log.ts';
import type { ModuleKeeper } from '../shared/domain/module-keeper.ts';
import { findModule, type Module } from '../shared/domain/modules.ts';
import { ProviderFailure } from '../shared/domain/provider.ts';
import type { Repositories } from '../shared/domain/repositories.ts';
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';
import { json } from '../shared/http/response.ts';
import { parseGithubReposParameters } from './github-repos-parameters.ts';
import type { GithubReposAnswer } from './github-repos-answer.ts';

export interface GithubReposDependencies {
  readonly keeper: Pick<ModuleKeeper, 'access' | 'replaceAccess'>;
  readonly repositories: Repositories;
  /** Those that the stage switches on. */
  readonly modules: readonly Module[];
}

type Page = Awaited<ReturnType<Repositories['list']>>;

export function githubRepos(dependencies: GithubReposDependencies): AuthenticatedEndpoint {
  return async (request, { userId }, { log }) => {
    const module = findModule(dependencies.modules, 'github');
    if (!module) throw new AuthError('not_found', 'the module github is switched off');
    const { page } = parseGithubReposParameters(request.query);
    const { repositories, hasMore } = await listWith(dependencies, { userId, module, page }, log);
    return json(200, { repositories, nextCursor: hasMore ? String(page + 1) : null } satisfies GithubReposAnswer);
  };
}

async function listWith(
  { keeper, repositories }: GithubReposDependencies,
  { userId, module, page }: { readonly userId: string; readonly module: Module; readonly page: number },
  log: Log,
): Promise<Page> {
  const { accessToken } = await keeper.access(userId, module, log);
  try {
    return await repositories.list(accessToken, page);
  } catch (failure) {
    if (!(failure instanceof ProviderFailure)) throw failure;
    if (failure.kind !== 'refused') throw unavailable(failure);
  }
  // Once: what GitHub refuses then is over, and the keeper has said so.
  const { accessToken: other } = await keeper.replaceAccess(userId, module, accessToken, log);
  try {
    return await repositories.list(other, page);
  } catch (failure) {
    throw failure instanceof ProviderFailure ? unavailable(failure) : failure;
  }
}

function unavailable(failure: ProviderFailure): AuthError {
  const { retryAfterSeconds } = failure;
  return new AuthError('temporarily_unavailable', `GitHub did not list repositories: ${failure.kind}`, {
    cause: failure,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}
