/** The parts that tell whose a native app's JWT is, wired for a Lambda. Apart from a browser's session, which takes WorkOS. */
import type { DynamoDb } from '../aws/clients.ts';
import { createDynamoNativeSessionRecords } from '../aws/dynamo-native-session-records.ts';
import { createDynamoOnce } from '../aws/dynamo-once.ts';
import { createVerificationKeys } from '../aws/key-rings.ts';
import type { Clock } from '../domain/clock.ts';
import type { NativeSessionRecords } from '../domain/native-session-records.ts';
import { createTokenSessions, type TokenSessions } from '../domain/token-sessions.ts';
import type { Users } from '../domain/users.ts';
import { createDpopVerifier } from '../jwt/dpop-proof.ts';
import { createAccessTokenVerifier } from '../jwt/verify.ts';
import type { TokenEnv } from './env.ts';

export interface TokenParts {
  readonly nativeSessions: NativeSessionRecords;
  readonly tokens: TokenSessions;
}

export interface SharedParts {
  readonly dynamoDb: DynamoDb;
  readonly users: Pick<Users, 'find'>;
  readonly clock: Clock;
}

/** What a JWT takes is read when the first one comes: a request with a cookie pays nothing for it. */
export function wireTokenParts(
  env: Omit<TokenEnv, 'USERS_TABLE'>,
  { dynamoDb, users, clock }: SharedParts,
): TokenParts {
  const nativeSessions = createDynamoNativeSessionRecords(dynamoDb, env.NATIVE_SESSIONS_TABLE);
  const keys = createVerificationKeys({ table: { client: dynamoDb, tableName: env.KEYS_TABLE }, clock });
  const verifier = createAccessTokenVerifier({ keys, issuer: env.PUBLIC_URL, audience: env.JWT_AUDIENCE });
  const dpop = createDpopVerifier({ once: createDynamoOnce(dynamoDb, env.ONCE_TABLE) });
  return { nativeSessions, tokens: createTokenSessions({ verifier, dpop, nativeSessions, users, clock }) };
}
