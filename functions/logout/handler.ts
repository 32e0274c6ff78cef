import { createCookieSecret } from '../shared/aws/app-secrets.ts';
import { createDynamoDb, createEventBridge, createSecretsManager } from '../shared/aws/clients.ts';
import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { createEventBridgeBus } from '../shared/aws/event-bridge-bus.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { createWorkosSignOut } from '../shared/workos/workos-sign-out.ts';
import { env } from './env.ts';
import { logout } from './logout.ts';

const { PUBLIC_URL, WEB_ORIGINS, EVENT_BUS, COOKIE_SECRET_ID, WORKOS_API_URL, ...variables } = readEnv(env);
const { SESSIONS_TABLE, SESSION_MAX_AGE_SECONDS } = variables;
const clock = () => new Date();

const endpoint = logout({
  signOut: createWorkosSignOut({
    apiUrl: WORKOS_API_URL,
    passwords: createCookieSecret(createSecretsManager(), COOKIE_SECRET_ID, clock),
    signedOutUrl: `${PUBLIC_URL}/`,
  }),
  records: createDynamoSessionRecords({
    client: createDynamoDb(),
    tableName: SESSIONS_TABLE,
    sessionMaxAgeSeconds: SESSION_MAX_AGE_SECONDS,
  }),
  clock,
  events: createEventBridgeBus(createEventBridge(), EVENT_BUS),
  settings: { publicUrl: PUBLIC_URL, webOrigins: WEB_ORIGINS },
});

export const handler = serve(endpoint, { log: createCloudWatchLog(), errors: pageError });
