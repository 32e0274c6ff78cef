/** The parts behind a web session, wired for a Lambda: what a handler of a route with sessions starts from. */
import { createCookieSecret, createWorkosSecret } from '../aws/app-secrets.ts';
import { createDynamoDb, createSecretsManager, type DynamoDb } from '../aws/clients.ts';
import { createCloudWatchLog } from '../aws/cloudwatch-log.ts';
import { createDynamoRefreshLeases, type SessionsTable } from '../aws/dynamo-refresh-leases.ts';
import { createDynamoStoredJwks } from '../aws/dynamo-stored-jwks.ts';
import { createDynamoUsers } from '../aws/dynamo-users.ts';
import type { Secret } from '../aws/secrets.ts';
import { sleep } from '../aws/sleep.ts';
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import type { Users } from '../domain/users.ts';
import type { WebSessions } from '../domain/web-sessions.ts';
import type { TrustedOrigins } from '../http/guards.ts';
import { createWorkosAccount, type WorkosAccount } from '../workos/workos-account.ts';
import { createWorkosWebSessions } from '../workos/workos-web-sessions.ts';
import type { SessionEnv } from './env.ts';

export interface SessionParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly passwords: Secret<CookiePasswords>;
  readonly account: WorkosAccount;
  readonly dynamoDb: DynamoDb;
  readonly sessionsTable: SessionsTable;
  readonly users: Users;
  readonly origins: TrustedOrigins;
  readonly sessions: WebSessions;
  readonly sessionMaxAgeSeconds: number;
}

/** Secrets and WorkOS's keys start to be read here, in Lambda's init phase; a request waits only for what it needs. */
export function wireSessionParts(
  env: Omit<SessionEnv, 'STAGE'>,
  { readsKeysAtInit = true }: { readonly readsKeysAtInit?: boolean } = {},
): SessionParts {
  const clock: Clock = () => new Date();
  const log = createCloudWatchLog();
  const secretsManager = createSecretsManager();
  const passwords = createCookieSecret(secretsManager, env.COOKIE_SECRET_ID, clock);
  const credentials = createWorkosSecret(secretsManager, env.WORKOS_SECRET_ID, clock);
  const dynamoDb = createDynamoDb();
  const storedJwks = createDynamoStoredJwks({ client: dynamoDb, tableName: env.KEYS_TABLE });
  const account = createWorkosAccount({
    apiUrl: env.WORKOS_API_URL,
    issuer: env.WORKOS_ISSUER || undefined,
    credentials,
    clock,
    keys: { stored: storedJwks.read, isLazy: !readsKeysAtInit },
  });
  const sessionMaxAgeSeconds = env.SESSION_MAX_AGE_SECONDS;
  const sessionsTable = { client: dynamoDb, tableName: env.SESSIONS_TABLE, sessionMaxAgeSeconds };
  const origins = { publicUrl: env.PUBLIC_URL, webOrigins: env.WEB_ORIGINS };
  const users = createDynamoUsers(dynamoDb, env.USERS_TABLE);
  const leases = createDynamoRefreshLeases(sessionsTable);
  const sessions = createWorkosWebSessions({ account, passwords, leases, users, clock, sleep, log });
  return { clock, log, passwords, account, dynamoDb, sessionsTable, users, origins, sessions, sessionMaxAgeSeconds };
}
