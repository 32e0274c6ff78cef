import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { createIsStanding } from '../shared/domain/session-standing.ts';
import { jsonError } from '../shared/http/errors.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { createWorkosRemoteSessions } from '../shared/workos/workos-remote-sessions.ts';
import { env } from './env.ts';
import { sessions } from './sessions.ts';

const parts = wireSessionParts(readEnv(env));
const records = createDynamoSessionRecords(parts.sessionsTable);
const isStanding = createIsStanding(records, parts.users);
const remote = createWorkosRemoteSessions(parts.account);
const endpoint = sessions({ records, isStanding, remote, clock: parts.clock });

export const handler = serve(protectedEndpoint({ auth: 'session', ...parts }, endpoint), {
  log: parts.log,
  errors: jsonError,
  webOrigins: parts.origins.webOrigins,
});
