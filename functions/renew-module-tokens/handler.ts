import { createDynamoDb } from '../shared/aws/clients.ts';
import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { createDynamoAllConnections } from '../shared/aws/dynamo-all-connections.ts';
import { createDynamoJobProgress } from '../shared/aws/dynamo-job-progress.ts';
import { createDynamoUsers } from '../shared/aws/dynamo-users.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { renewalPass } from '../shared/domain/renewal-pass.ts';
import { wireModules } from '../shared/wiring/module-parts.ts';
import { env } from './env.ts';
import { renewModuleTokens } from './renew-module-tokens.ts';

const variables = readEnv(env);
const clock = () => new Date();
const dynamoDb = createDynamoDb();
const users = createDynamoUsers(dynamoDb, variables.USERS_TABLE);
const renew = renewModuleTokens({
  ...(await wireModules(variables, { dynamoDb, users, clock })),
  all: createDynamoAllConnections(dynamoDb, variables.MODULE_TOKENS_TABLE),
  progress: createDynamoJobProgress({ client: dynamoDb, tableName: variables.JOBS_TABLE }, renewalPass),
  clock,
});
const log = createCloudWatchLog();

export const handler = (_event: unknown, context: { getRemainingTimeInMillis(): number }) =>
  renew(() => context.getRemainingTimeInMillis(), log);
