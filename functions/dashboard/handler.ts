import { createDynamoDb } from '../shared/aws/clients.ts';
import { createDynamoUsers } from '../shared/aws/dynamo-users.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { dashboard, signInFirst } from './dashboard.ts';
import { env } from './env.ts';

const variables = readEnv(env);
const parts = wireSessionParts(variables);
const users = createDynamoUsers(createDynamoDb(), variables.USERS_TABLE);

export const handler = serve(
  protectedEndpoint({ auth: 'session', ...parts, unauthenticated: signInFirst }, dashboard({ users })),
  { log: parts.log, errors: pageError },
);
