import { createDynamoDeviceTickets } from '../shared/aws/dynamo-device-tickets.ts';
import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { oauthError } from '../shared/http/oauth-error.ts';
import { serve } from '../shared/http/serve.ts';
import { wireNativeEndings } from '../shared/wiring/native-ending-parts.ts';
import { wireNativeGrants } from '../shared/wiring/native-parts.ts';
import { env } from './env.ts';
import { oauthToken } from './oauth-token.ts';

const { DEVICE_TICKETS_TABLE, SESSIONS_TABLE, SESSION_MAX_AGE_SECONDS, NATIVE_CLIENTS, ...variables } = readEnv(env);
const parts = wireNativeGrants(variables);
const { dynamoDb: client, log } = parts;

const endpoint = oauthToken({
  ...parts,
  ...wireNativeEndings(variables, { needsWorkosRarely: true }),
  tickets: createDynamoDeviceTickets(client, DEVICE_TICKETS_TABLE),
  records: createDynamoSessionRecords({
    client,
    tableName: SESSIONS_TABLE,
    sessionMaxAgeSeconds: SESSION_MAX_AGE_SECONDS,
  }),
  settings: { publicUrl: variables.PUBLIC_URL, nativeClients: NATIVE_CLIENTS },
});

export const handler = serve(endpoint, { log, errors: oauthError });
