import { createEventBridge } from '../shared/aws/clients.ts';
import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { createEventBridgeBus } from '../shared/aws/event-bridge-bus.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { createWorkosCodeExchange } from '../shared/workos/workos-code-exchange.ts';
import { callback } from './callback.ts';
import { env } from './env.ts';

const { STAGE, AFTER_LOGIN, EVENT_BUS, ...variables } = readEnv(env);
const { account, passwords, sessionsTable, users, sessions, clock, log, sessionMaxAgeSeconds } =
  wireSessionParts(variables);

const endpoint = callback({
  passwords: passwords.read,
  codes: createWorkosCodeExchange({ account, passwords: passwords.read }),
  users,
  records: createDynamoSessionRecords(sessionsTable),
  events: createEventBridgeBus(createEventBridge(), EVENT_BUS),
  sessions,
  clock,
  settings: { stage: STAGE, afterLogin: AFTER_LOGIN, sessionMaxAgeSeconds },
});

export const handler = serve(endpoint, { log, errors: pageError });
