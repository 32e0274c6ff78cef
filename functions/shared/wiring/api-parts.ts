/** The parts behind a route that a browser asks with its cookie and a native app with its JWT. */
import { createDynamoNativeSessionRecords } from '../aws/dynamo-native-session-records.ts';
import { createDynamoOnce } from '../aws/dynamo-once.ts';
import { createVerificationKeys } from '../aws/key-rings.ts';
import type { NativeSessionRecords } from '../domain/native-session-records.ts';
import { createTokenSessions, type TokenSessions } from '../domain/token-sessions.ts';
import { createDpopVerifier } from '../jwt/dpop-proof.ts';
import { createAccessTokenVerifier } from '../jwt/verify.ts';
import type { ApiEnv } from './env.ts';
import { type SessionParts, wireSessionParts } from './session-parts.ts';

export interface ApiParts extends SessionParts {
  readonly nativeSessions: NativeSessionRecords;
  readonly tokens: TokenSessions;
}

/** What a JWT takes is read when the first one comes: a request with a cookie pays nothing for it. */
export function wireApiParts(env: Omit<ApiEnv, 'STAGE'>): ApiParts {
  const parts = wireSessionParts(env);
  const { dynamoDb, users, clock } = parts;
  const nativeSessions = createDynamoNativeSessionRecords(dynamoDb, env.NATIVE_SESSIONS_TABLE);
  const keys = createVerificationKeys({ table: { client: dynamoDb, tableName: env.KEYS_TABLE }, clock });
  const verifier = createAccessTokenVerifier({ keys, issuer: env.PUBLIC_URL, audience: env.JWT_AUDIENCE });
  const dpop = createDpopVerifier({ once: createDynamoOnce(dynamoDb, env.ONCE_TABLE) });
  const tokens = createTokenSessions({ verifier, dpop, nativeSessions, users, clock });
  return { ...parts, nativeSessions, tokens };
}
