import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { createIsStanding } from '../shared/domain/session-standing.ts';
import { jsonError } from '../shared/http/errors.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { createFetch } from '../shared/outbound/fetch.ts';
import { createGithubRepositories } from '../shared/providers/github-api.ts';
import { wireApiParts } from '../shared/wiring/api-parts.ts';
import { wireModules } from '../shared/wiring/module-parts.ts';
import { env } from './env.ts';
import { githubRepos } from './github-repos.ts';

const variables = readEnv(env);
const parts = wireApiParts(variables);
const isStanding = createIsStanding(createDynamoSessionRecords(parts.sessionsTable), parts.users);
const endpoint = githubRepos({
  ...(await wireModules(variables, parts)),
  repositories: createGithubRepositories({ url: variables.GITHUB_URL, fetch: createFetch(), clock: parts.clock }),
});

export const handler = serve(protectedEndpoint({ auth: 'either', ...parts, isStanding }, endpoint), {
  log: parts.log,
  errors: jsonError,
  webOrigins: parts.origins.webOrigins,
});
