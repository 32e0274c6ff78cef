import { createDynamoDb } from '../shared/aws/clients.ts';
import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { publicKeysOf } from '../shared/aws/key-rings.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { jsonError } from '../shared/http/errors.ts';
import { serve } from '../shared/http/serve.ts';
import { env } from './env.ts';
import { wellKnown } from './well-known.ts';

const { PUBLIC_URL, KEYS_TABLE, NATIVE_APPS } = readEnv(env);

const endpoint = wellKnown({
  keys: { list: publicKeysOf({ client: createDynamoDb(), tableName: KEYS_TABLE }) },
  settings: { publicUrl: PUBLIC_URL, apps: NATIVE_APPS },
});

export const handler = serve(endpoint, { log: createCloudWatchLog(), errors: jsonError });
