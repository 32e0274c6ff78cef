import { createDynamoDb } from '../shared/aws/clients.ts';
import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { createDynamoUsers } from '../shared/aws/dynamo-users.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { wireModules } from '../shared/wiring/module-parts.ts';
import { env } from './env.ts';
import { moduleAccessToken } from './module-access-token.ts';

const variables = readEnv(env);
const dynamoDb = createDynamoDb();
const users = createDynamoUsers(dynamoDb, variables.USERS_TABLE);
const answer = moduleAccessToken({
  ...(await wireModules(variables, { dynamoDb, users, clock: () => new Date() })),
  users,
});
const log = createCloudWatchLog();

export const handler = (event: unknown) => answer(event, log);
