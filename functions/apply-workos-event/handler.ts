import { createDynamoDb, createEventBridge } from '../shared/aws/clients.ts';
import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { createDynamoConnectedAccounts } from '../shared/aws/dynamo-connected-accounts.ts';
import { createDynamoModuleConnections } from '../shared/aws/dynamo-module-connections.ts';
import { createDynamoNativeSessionRecords } from '../shared/aws/dynamo-native-session-records.ts';
import { createDynamoOnce } from '../shared/aws/dynamo-once.ts';
import { createDynamoPendingRevocations } from '../shared/aws/dynamo-pending-revocations.ts';
import { createDynamoSessionRecords } from '../shared/aws/dynamo-session-records.ts';
import { createDynamoUsers } from '../shared/aws/dynamo-users.ts';
import { createEventBridgeBus } from '../shared/aws/event-bridge-bus.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { workOffQueue } from '../shared/aws/sqs-worker.ts';
import { loadModules } from '../shared/wiring/load-modules.ts';
import { applyWorkosEvent } from './apply-workos-event.ts';
import { env } from './env.ts';

const { SESSIONS_TABLE, SESSION_MAX_AGE_SECONDS, USERS_TABLE, NATIVE_SESSIONS_TABLE, ...variables } = readEnv(env);
const client = createDynamoDb();

const work = applyWorkosEvent({
  users: createDynamoUsers(client, USERS_TABLE),
  records: createDynamoSessionRecords({
    client,
    tableName: SESSIONS_TABLE,
    sessionMaxAgeSeconds: SESSION_MAX_AGE_SECONDS,
  }),
  nativeSessions: createDynamoNativeSessionRecords(client, NATIVE_SESSIONS_TABLE),
  once: createDynamoOnce(client, variables.ONCE_TABLE),
  events: createEventBridgeBus(createEventBridge(), variables.EVENT_BUS),
  clock: () => new Date(),
  modules: await loadModules(variables.MODULES),
  connections: createDynamoModuleConnections(client, variables.MODULE_TOKENS_TABLE),
  accounts: createDynamoConnectedAccounts(client, variables.PROVIDER_ACCOUNTS_TABLE),
  revocations: createDynamoPendingRevocations(client, variables.MODULE_TOKENS_TABLE),
});

export const handler = workOffQueue(work, { log: createCloudWatchLog() });
