import { createEventBridge } from '../shared/aws/clients.ts';
import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { createEventBridgeBus } from '../shared/aws/event-bridge-bus.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { createIsStanding } from '../shared/domain/session-standing.ts';
import { jsonError } from '../shared/http/errors.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { wireApiParts } from '../shared/wiring/api-parts.ts';
import { createWorkosRemoteSessions } from '../shared/workos/workos-remote-sessions.ts';
import { env } from './env.ts';
import { sessions } from './sessions.ts';

const { EVENT_BUS, ...variables } = readEnv(env);
const parts = wireApiParts(variables);
const records = createDynamoSessionRecords(parts.sessionsTable);
const endpoint = sessions({
  ...parts,
  records,
  isStanding: createIsStanding(records, parts.users),
  remote: createWorkosRemoteSessions(parts.account),
  events: createEventBridgeBus(createEventBridge(), EVENT_BUS),
});

export const handler = serve(protectedEndpoint({ auth: 'either', ...parts }, endpoint), {
  log: parts.log,
  errors: jsonError,
  webOrigins: parts.origins.webOrigins,
});
