import { createDynamoDb, createSqs } from '../shared/aws/clients.ts';
import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { createDynamoJobProgress } from '../shared/aws/dynamo-job-progress.ts';
import { createDynamoSlotIndex } from '../shared/aws/dynamo-slot-index.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { createSqsTurnQueue } from '../shared/aws/sqs-turn-queue.ts';
import { dueTurnsState } from '../shared/domain/due-turns.ts';
import { env } from './env.ts';
import { refreshDueModules } from './refresh-due-modules.ts';

const variables = readEnv(env);
const dynamoDb = createDynamoDb();

const send = refreshDueModules({
  isSwitchedOn: 'gmail' in variables.MODULES,
  progress: createDynamoJobProgress({ client: dynamoDb, tableName: variables.JOBS_TABLE }, dueTurnsState),
  slots: createDynamoSlotIndex(dynamoDb, variables.MODULE_TOKENS_TABLE),
  queue: createSqsTurnQueue(createSqs(), variables.REFRESH_GMAIL_QUEUE_URL),
  clock: () => new Date(),
  settings: { cadence: { module: 'gmail', everyMinutes: variables.GMAIL_SYNC_MINUTES }, budgetMs: 30_000 },
});
const log = createCloudWatchLog();

export const handler = () => send(log);
