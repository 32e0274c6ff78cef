import { createDynamoModuleConnections } from '../shared/aws/dynamo-module-connections.ts';
import { createDynamoNativeSessionRecords } from '../shared/aws/dynamo-native-session-records.ts';
import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { loadModules } from '../shared/wiring/load-modules.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { dashboard, signInFirst } from './dashboard.ts';
import { env } from './env.ts';

const { MODULES, MODULE_TOKENS_TABLE, NATIVE_CLIENTS, NATIVE_SESSIONS_TABLE, ...variables } = readEnv(env);
const parts = wireSessionParts(variables);
const endpoint = dashboard({
  ...parts,
  records: createDynamoSessionRecords(parts.sessionsTable),
  nativeSessions: createDynamoNativeSessionRecords(parts.dynamoDb, NATIVE_SESSIONS_TABLE),
  connections: createDynamoModuleConnections(parts.dynamoDb, MODULE_TOKENS_TABLE),
  modules: await loadModules(MODULES),
  nativeClients: NATIVE_CLIENTS,
});

export const handler = serve(protectedEndpoint({ auth: 'session', ...parts, unauthenticated: signInFirst }, endpoint), {
  log: parts.log,
  errors: pageError,
});
