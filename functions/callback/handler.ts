import { createDynamoDb, createEventBridge } from '../shared/aws/clients.ts';
import { createDynamoUsers } from '../shared/aws/dynamo-users.ts';
import { createEventBridgeBus } from '../shared/aws/event-bridge-bus.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { createWorkosCodeExchange } from '../shared/workos/workos-code-exchange.ts';
import { callback } from './callback.ts';
import { env } from './env.ts';

const { STAGE, AFTER_LOGIN, USERS_TABLE, EVENT_BUS, ...variables } = readEnv(env);
const { account, passwords, sessions, clock, log, sessionMaxAgeSeconds } = wireSessionParts(variables);

const endpoint = callback({
  passwords: passwords.read,
  codes: createWorkosCodeExchange({ account, passwords: passwords.read }),
  users: createDynamoUsers(createDynamoDb(), USERS_TABLE),
  events: createEventBridgeBus(createEventBridge(), EVENT_BUS),
  sessions,
  clock,
  settings: { stage: STAGE, afterLogin: AFTER_LOGIN, sessionMaxAgeSeconds },
});

export const handler = serve(endpoint, { log, errors: pageError });
