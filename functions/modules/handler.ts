import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { createIsStanding } from '../shared/domain/session-standing.ts';
import { jsonError } from '../shared/http/errors.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { wireApiParts } from '../shared/wiring/api-parts.ts';
import { wireModules } from '../shared/wiring/module-parts.ts';
import { env } from './env.ts';
import { modules } from './modules.ts';

const variables = readEnv(env);
const parts = wireApiParts(variables);
const isStanding = createIsStanding(createDynamoSessionRecords(parts.sessionsTable), parts.users);
const endpoint = modules(await wireModules(variables, parts));

export const handler = serve(protectedEndpoint({ auth: 'either', ...parts, isStanding }, endpoint), {
  log: parts.log,
  errors: jsonError,
  webOrigins: parts.origins.webOrigins,
});
