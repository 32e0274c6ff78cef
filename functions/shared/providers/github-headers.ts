/** What GitHub's API wants with every call: it refuses one without a User-Agent. */
export const githubHeaders = {
  accept: 'application/vnd.github+json',
  'user-agent': 'gatehouse',
  'x-github-api-version': '2022-11-28',
} as const;
