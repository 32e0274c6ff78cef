import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { createIsStanding } from '../shared/domain/session-standing.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { wireModules } from '../shared/wiring/module-parts.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { env } from './env.ts';
import { modulesDisconnect } from './modules-disconnect.ts';

const variables = readEnv(env);
const parts = wireSessionParts(variables);
const isStanding = createIsStanding(createDynamoSessionRecords(parts.sessionsTable), parts.users);
const endpoint = modulesDisconnect(await wireModules(variables, parts));

export const handler = serve(
  protectedEndpoint({ auth: 'session', ...parts, isStanding, unauthenticated: pageError }, endpoint),
  { log: parts.log, errors: pageError, webOrigins: parts.origins.webOrigins },
);
