import { createDynamoModuleConnections } from '../shared/aws/dynamo-module-connections.ts';
import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { createIsStanding } from '../shared/domain/session-standing.ts';
import { jsonError } from '../shared/http/errors.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { wireApiParts } from '../shared/wiring/api-parts.ts';
import { loadModules } from '../shared/wiring/load-modules.ts';
import { env } from './env.ts';
import { gmailMailbox } from './gmail-mailbox.ts';

const { MODULES, MODULE_TOKENS_TABLE, ...variables } = readEnv(env);
const parts = wireApiParts(variables);
const endpoint = gmailMailbox({
  connections: createDynamoModuleConnections(parts.dynamoDb, MODULE_TOKENS_TABLE),
  modules: await loadModules(MODULES),
});
const isStanding = createIsStanding(createDynamoSessionRecords(parts.sessionsTable), parts.users);

export const handler = serve(protectedEndpoint({ auth: 'either', ...parts, isStanding }, endpoint), {
  log: parts.log,
  errors: jsonError,
  webOrigins: parts.origins.webOrigins,
});
