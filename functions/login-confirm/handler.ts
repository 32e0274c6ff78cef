import { createCookieSecret, createWorkosSecret } from '../shared/aws/app-secrets.ts';
import { createDynamoDb, createEventBridge, createSecretsManager } from '../shared/aws/clients.ts';
import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { createDynamoDeviceTickets } from '../shared/aws/dynamo-device-tickets.ts';
import { createEventBridgeBus } from '../shared/aws/event-bridge-bus.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { createWorkosAccount } from '../shared/workos/workos-account.ts';
import { createWorkosRemoteSessions } from '../shared/workos/workos-remote-sessions.ts';
import { env } from './env.ts';
import { loginConfirm } from './login-confirm.ts';

const { STAGE, PUBLIC_URL, WORKOS_API_URL, DEVICE_TICKETS_TABLE, EVENT_BUS, ...secrets } = readEnv(env);
const clock = () => new Date();
const secretsManager = createSecretsManager();
const credentials = createWorkosSecret(secretsManager, secrets.WORKOS_SECRET_ID, clock);

const endpoint = loginConfirm({
  passwords: createCookieSecret(secretsManager, secrets.COOKIE_SECRET_ID, clock).read,
  tickets: createDynamoDeviceTickets(createDynamoDb(), DEVICE_TICKETS_TABLE),
  events: createEventBridgeBus(createEventBridge(), EVENT_BUS),
  remoteSessions: createWorkosRemoteSessions(createWorkosAccount({ apiUrl: WORKOS_API_URL, credentials, clock })),
  clock,
  settings: { stage: STAGE, publicUrl: PUBLIC_URL },
});

export const handler = serve(endpoint, { log: createCloudWatchLog(), errors: pageError });
