import { createVerificationKeys } from '../shared/aws/key-rings.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { oauthError } from '../shared/http/oauth-error.ts';
import { serve } from '../shared/http/serve.ts';
import { createAccessTokenVerifier } from '../shared/jwt/verify.ts';
import { wireNativeEndings } from '../shared/wiring/native-ending-parts.ts';
import { wireNativeSessions } from '../shared/wiring/native-parts.ts';
import { env } from './env.ts';
import { oauthRevoke } from './oauth-revoke.ts';

const { PUBLIC_URL, JWT_AUDIENCE, NATIVE_CLIENTS, ...variables } = readEnv(env);
const parts = wireNativeSessions(variables);
const { clock, dynamoDb, log } = parts;
const table = { client: dynamoDb, tableName: variables.KEYS_TABLE };

const endpoint = oauthRevoke({
  ...parts,
  ...wireNativeEndings(variables),
  accessTokens: createAccessTokenVerifier({
    keys: createVerificationKeys({ table, clock }),
    issuer: PUBLIC_URL,
    audience: JWT_AUDIENCE,
  }),
  settings: { nativeClients: NATIVE_CLIENTS },
});

export const handler = serve(endpoint, { log, errors: oauthError });
