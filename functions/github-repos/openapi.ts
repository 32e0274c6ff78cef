/** A user's repositories, described. */
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { jsonReply } from '../shared/openapi/reply.ts';
import { githubReposAnswer, githubRepository } from './github-repos-answer.ts';
import { githubReposParameters } from './github-repos-parameters.ts';

export const schemas = { GithubReposAnswer: githubReposAnswer, GithubRepository: githubRepository };

export const operations = {
  'GET /github/repos': {
    id: 'listGithubRepositories',
    summary: 'The repositories of the GitHub account that this user has connected',
    session: 'required',
    takesTokens: true,
    query: parameters(githubReposParameters, { cursor: '`nextCursor` of the answer before.' }),
    replies: { 200: jsonReply('Repositories, by name.', githubReposAnswer) },
    errors: {
      form: 'json',
      codes: [
        'invalid_request',
        'module_not_connected',
        'not_found',
        'reauthorization_required',
        'session_too_large',
        'unauthenticated',
      ],
    },
    cookies: 'session',
  },
} satisfies Operations;
