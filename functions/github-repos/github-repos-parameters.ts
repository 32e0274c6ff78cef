/** What `/github/repos` takes: the cursor of the answer before. */
import * as v from 'valibot';
import { AuthError } from '../shared/domain/auth-error.ts';
import { singleParameters } from '../shared/http/query.ts';

/** Of a user's repositories nobody reads so many; a number that is made up must not become a call. */
const lastPage = 1000;

export const githubReposParameters = v.object({
  cursor: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/))),
});

/** @throws AuthError `invalid_request` for a cursor that is none of ours. */
export function parseGithubReposParameters(query: URLSearchParams): { readonly page: number } {
  const parsed = v.safeParse(githubReposParameters, singleParameters(query, ['cursor']));
  const page = parsed.success ? Number(parsed.output.cursor ?? 1) : Number.NaN;
  if (page <= lastPage) return { page };
  throw new AuthError('invalid_request', 'cursor is not one of an answer', { field: 'cursor' });
}
