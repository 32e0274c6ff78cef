import { createEventBridge } from '../shared/aws/clients.ts';
import { createDynamoNativeSessionRecords } from '../shared/aws/dynamo-native-session-records.ts';
import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { createEventBridgeBus } from '../shared/aws/event-bridge-bus.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { createIsStanding } from '../shared/domain/session-standing.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { createWorkosRemoteSessions } from '../shared/workos/workos-remote-sessions.ts';
import { env } from './env.ts';
import { sessionsEnd } from './sessions-end.ts';

const { NATIVE_SESSIONS_TABLE, EVENT_BUS, ...variables } = readEnv(env);
const parts = wireSessionParts(variables);
const records = createDynamoSessionRecords(parts.sessionsTable);
const endpoint = sessionsEnd({
  records,
  nativeSessions: createDynamoNativeSessionRecords(parts.dynamoDb, NATIVE_SESSIONS_TABLE),
  remote: createWorkosRemoteSessions(parts.account),
  events: createEventBridgeBus(createEventBridge(), EVENT_BUS),
  clock: parts.clock,
});
const isStanding = createIsStanding(records, parts.users);

export const handler = serve(
  protectedEndpoint({ auth: 'session', ...parts, isStanding, unauthenticated: pageError }, endpoint),
  { log: parts.log, errors: pageError, webOrigins: parts.origins.webOrigins },
);
