import { createEventBridge } from '../shared/aws/clients.ts';
import { createDynamoDeviceTickets } from '../shared/aws/dynamo-device-tickets.ts';
import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { createEventBridgeBus } from '../shared/aws/event-bridge-bus.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { createWorkosCodeExchange } from '../shared/workos/workos-code-exchange.ts';
import { createWorkosRemoteSessions } from '../shared/workos/workos-remote-sessions.ts';
import { callback } from './callback.ts';
import { env } from './env.ts';

const { STAGE, AFTER_LOGIN, NATIVE_CLIENTS, MODULES, DEVICE_TICKETS_TABLE, EVENT_BUS, ...variables } = readEnv(env);
const { account, dynamoDb, passwords, sessionsTable, users, sessions, clock, log, sessionMaxAgeSeconds } =
  wireSessionParts(variables, { readsKeysAtInit: false });

const endpoint = callback({
  passwords: passwords.read,
  codes: createWorkosCodeExchange({ account, passwords: passwords.read }),
  users,
  records: createDynamoSessionRecords(sessionsTable),
  tickets: createDynamoDeviceTickets(dynamoDb, DEVICE_TICKETS_TABLE),
  events: createEventBridgeBus(createEventBridge(), EVENT_BUS),
  remoteSessions: createWorkosRemoteSessions(account),
  sessions,
  clock,
  settings: {
    stage: STAGE,
    publicUrl: variables.PUBLIC_URL,
    nativeClients: NATIVE_CLIENTS,
    modules: Object.keys(MODULES),
    afterLogin: AFTER_LOGIN,
    sessionMaxAgeSeconds,
  },
});

export const handler = serve(endpoint, { log, errors: pageError });
