import { createCookieSecret } from '../shared/aws/app-secrets.ts';
import { createDynamoDb, createSecretsManager } from '../shared/aws/clients.ts';
import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { createDynamoUsers } from '../shared/aws/dynamo-users.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { oauthJsonError } from '../shared/http/oauth-error.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { wireTokenParts } from '../shared/wiring/token-parts.ts';
import { env } from './env.ts';
import { oauthModuleConnectRequest } from './oauth-module-connect-request.ts';

const { STAGE: stage, PUBLIC_URL: publicUrl, NATIVE_CLIENTS: nativeClients, MODULES, ...variables } = readEnv(env);
const clock = () => new Date();
const dynamoDb = createDynamoDb();
const users = createDynamoUsers(dynamoDb, variables.USERS_TABLE);
const { tokens } = wireTokenParts({ ...variables, PUBLIC_URL: publicUrl }, { dynamoDb, users, clock });
const passwords = createCookieSecret(createSecretsManager(), variables.COOKIE_SECRET_ID, clock).read;
const settings = { stage, publicUrl, nativeClients, modules: Object.keys(MODULES) };

const endpoint = oauthModuleConnectRequest({ passwords, clock, settings });
const origins = { publicUrl, webOrigins: [] };

export const handler = serve(protectedEndpoint({ auth: 'jwt', tokens, origins }, endpoint), {
  log: createCloudWatchLog(),
  errors: oauthJsonError,
});
