import { createDynamoDeviceTickets } from '../shared/aws/dynamo-device-tickets.ts';
import { createDynamoNativeSessionRecords } from '../shared/aws/dynamo-native-session-records.ts';
import { createDynamoOnce } from '../shared/aws/dynamo-once.ts';
import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { createIsStanding } from '../shared/domain/session-standing.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { wireModules } from '../shared/wiring/module-parts.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { createWorkosConsentExchange } from '../shared/workos/workos-consent-exchange.ts';
import { createWorkosRemoteSessions } from '../shared/workos/workos-remote-sessions.ts';
import { env } from './env.ts';
import { oauthModuleCallback } from './oauth-module-callback.ts';

const { NATIVE_CLIENTS: nativeClients, DEVICE_TICKETS_TABLE, ...variables } = readEnv(env);
const parts = wireSessionParts(variables);
const { account, dynamoDb, sessionMaxAgeSeconds, origins } = parts;
const endpoint = oauthModuleCallback({
  ...parts,
  ...(await wireModules(variables, parts)),
  passwords: parts.passwords.read,
  consents: createWorkosConsentExchange(account),
  remoteSessions: createWorkosRemoteSessions(account),
  isStanding: createIsStanding(createDynamoSessionRecords(parts.sessionsTable), parts.users),
  once: createDynamoOnce(dynamoDb, variables.ONCE_TABLE),
  nativeSessions: createDynamoNativeSessionRecords(dynamoDb, variables.NATIVE_SESSIONS_TABLE),
  tickets: createDynamoDeviceTickets(dynamoDb, DEVICE_TICKETS_TABLE),
  settings: { stage: variables.STAGE, publicUrl: origins.publicUrl, nativeClients, sessionMaxAgeSeconds },
});

export const handler = serve(endpoint, { log: parts.log, errors: pageError });
