import { createWorkosSecret } from '../shared/aws/app-secrets.ts';
import { createDynamoDb, createKms, createSecretsManager } from '../shared/aws/clients.ts';
import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { createDynamoDataKeyStore, createDynamoSigningKeyStore } from '../shared/aws/dynamo-key-stores.ts';
import { createDynamoStoredJwks } from '../shared/aws/dynamo-stored-jwks.ts';
import { createKmsKeyWrapper } from '../shared/aws/kms-keys.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { createFetch } from '../shared/outbound/fetch.ts';
import { fetchJwks } from '../shared/workos/workos-keys.ts';
import { env } from './env.ts';
import { rotateKeys } from './rotate-keys.ts';

const variables = readEnv(env);
const clock = () => new Date();
const credentials = createWorkosSecret(createSecretsManager(), variables.WORKOS_SECRET_ID, clock);
const fetch = createFetch();
const table = { client: createDynamoDb(), tableName: variables.KEYS_TABLE };

const rotate = rotateKeys({
  signing: createDynamoSigningKeyStore(table),
  dataKeys: (purpose) => createDynamoDataKeyStore(table, purpose),
  wrapper: createKmsKeyWrapper(createKms(), variables.KMS_KEY_ID),
  workosJwks: {
    fetch: async () => fetchJwks(`${variables.WORKOS_API_URL}/sso/jwks/${(await credentials.read()).clientId}`, fetch),
    stored: createDynamoStoredJwks(table),
  },
  clock,
  settings: {
    signingAlgorithm: variables.SIGNING_ALGORITHM,
    signingKeyDays: variables.SIGNING_KEY_DAYS,
    nativeSessionIdleSeconds: variables.NATIVE_SESSION_IDLE_SECONDS,
    modules: Object.keys(variables.MODULES),
  },
});
const log = createCloudWatchLog();

export const handler = (event: unknown) => rotate(event, log);
