import { createDynamoDeviceTickets } from '../shared/aws/dynamo-device-tickets.ts';
import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { jsonError } from '../shared/http/errors.ts';
import { serve } from '../shared/http/serve.ts';
import { wireNativeGrants } from '../shared/wiring/native-parts.ts';
import { env } from './env.ts';
import { nativeSessionJwt } from './native-session-jwt.ts';

const { DEVICE_TICKETS_TABLE, SESSIONS_TABLE, SESSION_MAX_AGE_SECONDS, ...variables } = readEnv(env);
const parts = wireNativeGrants(variables);
const { dynamoDb: client, log } = parts;

const endpoint = nativeSessionJwt({
  ...parts,
  tickets: createDynamoDeviceTickets(client, DEVICE_TICKETS_TABLE),
  records: createDynamoSessionRecords({
    client,
    tableName: SESSIONS_TABLE,
    sessionMaxAgeSeconds: SESSION_MAX_AGE_SECONDS,
  }),
});

export const handler = serve(endpoint, { log, errors: jsonError });
