/** The parts that read native sessions and give tokens out, wired for a Lambda. */
import type * as v from 'valibot';
import { createDynamoDb, createKms, type DynamoDb } from '../aws/clients.ts';
import { createCloudWatchLog } from '../aws/cloudwatch-log.ts';
import { createDynamoIssuedTokens } from '../aws/dynamo-issued-tokens.ts';
import { createDynamoNativeSessionRecords } from '../aws/dynamo-native-session-records.ts';
import { createDynamoOnce } from '../aws/dynamo-once.ts';
import { createDynamoUsers } from '../aws/dynamo-users.ts';
import { createDataKeys, createSigningKeys, type KeyRingOptions } from '../aws/key-rings.ts';
import { createKmsUnwrap, type UnwrapKey } from '../aws/kms-keys.ts';
import type { Clock } from '../domain/clock.ts';
import type { DpopVerifier } from '../domain/dpop.ts';
import type { DataKeys } from '../domain/key-ring.ts';
import type { Log } from '../domain/log.ts';
import type { NativeGrantParts } from '../domain/native-grants.ts';
import type { NativeSessionRecords } from '../domain/native-session-records.ts';
import { createDpopVerifier } from '../jwt/dpop-proof.ts';
import { createAccessTokenIssuer } from '../jwt/issue.ts';
import type { nativeGrantEntries } from './env.ts';

type GrantEnv = v.InferOutput<v.ObjectSchema<typeof nativeGrantEntries, undefined>>;

const clock: Clock = () => new Date();

export interface NativeSessionKeys {
  readonly clock: Clock;
  readonly log: Log;
  readonly dynamoDb: DynamoDb;
  readonly sessions: NativeSessionRecords;
  /** Of refresh tokens. */
  readonly keys: DataKeys;
  /** What any kind of key is read with: one client of KMS for all. */
  readonly keyRing: KeyRingOptions & { readonly unwrap: UnwrapKey };
}

/** What reading a refresh token and its session takes. */
export function wireNativeSessions(
  env: Pick<GrantEnv, 'KEYS_TABLE' | 'KMS_KEY_ID' | 'NATIVE_SESSIONS_TABLE'>,
): NativeSessionKeys {
  const dynamoDb = createDynamoDb();
  const keyRing = {
    table: { client: dynamoDb, tableName: env.KEYS_TABLE },
    clock,
    unwrap: createKmsUnwrap(createKms(), env.KMS_KEY_ID),
  };
  const keys = createDataKeys('native-refresh', keyRing);
  prime(keys);
  return {
    clock,
    log: createCloudWatchLog(),
    dynamoDb,
    sessions: createDynamoNativeSessionRecords(dynamoDb, env.NATIVE_SESSIONS_TABLE),
    keys,
    keyRing,
  };
}

export interface NativeGrants extends NativeSessionKeys, Omit<NativeGrantParts, 'events' | 'remote'> {
  readonly dpop: DpopVerifier;
  readonly settings: { readonly publicUrl: string };
}

/** What giving tokens out takes. */
export function wireNativeGrants(env: GrantEnv): NativeGrants {
  const parts = wireNativeSessions(env);
  const { dynamoDb } = parts;
  const signingKeys = createSigningKeys(parts.keyRing);
  prime(signingKeys);
  return {
    ...parts,
    accessTokens: createAccessTokenIssuer({
      signingKeys,
      issued: createDynamoIssuedTokens(dynamoDb, env.ISSUED_TOKENS_TABLE),
      issuer: env.PUBLIC_URL,
      audience: env.JWT_AUDIENCE,
    }),
    dpop: createDpopVerifier({ once: createDynamoOnce(dynamoDb, env.ONCE_TABLE) }),
    users: createDynamoUsers(dynamoDb, env.USERS_TABLE),
    lifetime: { idleSeconds: env.NATIVE_SESSION_IDLE_SECONDS, maxSeconds: env.NATIVE_SESSION_MAX_SECONDS },
    settings: { publicUrl: env.PUBLIC_URL },
  };
}

/** Starts to read in Lambda's init phase. Whoever needs the key hears of a failure; here nobody does. */
function prime(keys: { current(): Promise<unknown> }): void {
  keys.current().catch(() => undefined);
}
