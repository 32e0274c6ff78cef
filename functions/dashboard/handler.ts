import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { dashboard, signInFirst } from './dashboard.ts';
import { env } from './env.ts';

const parts = wireSessionParts(readEnv(env));
const records = createDynamoSessionRecords(parts.sessionsTable);

export const handler = serve(
  protectedEndpoint({ auth: 'session', ...parts, unauthenticated: signInFirst }, dashboard({ ...parts, records })),
  { log: parts.log, errors: pageError },
);
