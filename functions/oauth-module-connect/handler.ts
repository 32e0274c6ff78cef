import { createDynamoNativeSessionRecords } from '../shared/aws/dynamo-native-session-records.ts';
import { createDynamoOnce } from '../shared/aws/dynamo-once.ts';
import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { createIsStanding } from '../shared/domain/session-standing.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { wireConsentUrl } from '../shared/wiring/consent-parts.ts';
import { loadModules } from '../shared/wiring/load-modules.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { env } from './env.ts';
import { oauthModuleConnect } from './oauth-module-connect.ts';

const { STAGE: stage, NATIVE_CLIENTS: nativeClients, MODULES, ...variables } = readEnv(env);
const parts = wireSessionParts(variables);
const { dynamoDb, sessionMaxAgeSeconds, origins } = parts;
const endpoint = oauthModuleConnect({
  ...parts,
  passwords: parts.passwords.read,
  consentUrl: wireConsentUrl(variables, parts),
  isStanding: createIsStanding(createDynamoSessionRecords(parts.sessionsTable), parts.users),
  once: createDynamoOnce(dynamoDb, variables.ONCE_TABLE),
  nativeSessions: createDynamoNativeSessionRecords(dynamoDb, variables.NATIVE_SESSIONS_TABLE),
  modules: await loadModules(MODULES),
  settings: { ...origins, stage, nativeClients, sessionMaxAgeSeconds },
});

export const handler = serve(endpoint, { log: parts.log, errors: pageError });
