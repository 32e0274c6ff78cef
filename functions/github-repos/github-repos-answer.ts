/** What `/github/repos` tells. Only its type is at work at run time. */
import * as v from 'valibot';

export const githubRepository = v.pipe(
  v.object({
    id: v.pipe(v.number(), v.integer(), v.description('GitHub’s own.')),
    fullName: v.pipe(v.string(), v.description('`owner/name`')),
    private: v.boolean(),
    url: v.pipe(v.string(), v.description('Of its page.')),
    defaultBranch: v.string(),
  }),
  v.readonly(),
  v.description('A repository that the connected account may see.'),
);

export const githubReposAnswer = v.pipe(
  v.object({
    repositories: v.pipe(v.array(githubRepository), v.readonly(), v.description('A hundred at most, by name.')),
    nextCursor: v.pipe(v.nullable(v.string()), v.description('For the next ones; null when there are no more.')),
  }),
  v.readonly(),
  v.description('Repositories of the connected GitHub account.'),
);

export type GithubReposAnswer = v.InferOutput<typeof githubReposAnswer>;
