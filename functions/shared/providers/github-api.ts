/** GitHub's REST API: a user's repositories. */
import * as v from 'valibot';
import type { Clock } from '../domain/clock.ts';
import type { Repositories } from '../domain/repositories.ts';
import type { Fetch } from '../outbound/fetch.ts';
import { callProvider, parseAnswer } from './call-provider.ts';
import { apiFailure } from './github-failure.ts';
import { githubHeaders } from './github-headers.ts';

const repositories = v.array(
  v.object({
    id: v.number(),
    full_name: v.string(),
    private: v.boolean(),
    html_url: v.string(),
    default_branch: v.string(),
  }),
);

const perPage = 100;

export interface GithubApiOptions {
  /** An origin that stands for GitHub's; empty for the real one. */
  readonly url: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

export function createGithubRepositories({ url, fetch, clock }: GithubApiOptions): Repositories {
  return {
    async list(accessToken, page) {
      const what = 'GitHub repositories';
      const query = new URLSearchParams({ per_page: String(perPage), page: String(page), sort: 'full_name' });
      const target = new URL(`/user/repos?${query}`, url || 'https://api.github.com');
      const headers = { ...githubHeaders, authorization: `Bearer ${accessToken}` };
      const answer = await callProvider(fetch, { what, url: target, headers }, clock());
      if (answer.status !== 200) throw apiFailure(what, answer, clock());
      return {
        repositories: parseAnswer(what, repositories, answer).map((each) => ({
          id: each.id,
          fullName: each.full_name,
          private: each.private,
          url: each.html_url,
          defaultBranch: each.default_branch,
        })),
        // RFC 8288.
        hasMore: /<[^>]*>\s*;[^,]*rel="next"/.test(answer.header('link') ?? ''),
      };
    },
  };
}
