import { createDynamoDb } from '../shared/aws/clients.ts';
import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { createDynamoDeviceTickets } from '../shared/aws/dynamo-device-tickets.ts';
import { createDynamoUsers } from '../shared/aws/dynamo-users.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { oauthJsonError } from '../shared/http/oauth-error.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { wireModules } from '../shared/wiring/module-parts.ts';
import { wireTokenParts } from '../shared/wiring/token-parts.ts';
import { env } from './env.ts';
import { oauthModuleFinish } from './oauth-module-finish.ts';

const { DEVICE_TICKETS_TABLE, ...variables } = readEnv(env);
const clock = () => new Date();
const dynamoDb = createDynamoDb();
const parts = { dynamoDb, users: createDynamoUsers(dynamoDb, variables.USERS_TABLE), clock };
const { tokens } = wireTokenParts(variables, parts);
const tickets = createDynamoDeviceTickets(dynamoDb, DEVICE_TICKETS_TABLE);
const endpoint = oauthModuleFinish({ tickets, clock, ...(await wireModules(variables, parts)) });
const origins = { publicUrl: variables.PUBLIC_URL, webOrigins: [] };

export const handler = serve(protectedEndpoint({ auth: 'jwt', tokens, origins }, endpoint), {
  log: createCloudWatchLog(),
  errors: oauthJsonError,
});
