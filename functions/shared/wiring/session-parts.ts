/** The parts behind a web session, wired for a Lambda: what a handler of a route with sessions starts from. */
import { createCookieSecret, createWorkosSecret, type WorkosCredentials } from '../aws/app-secrets.ts';
import { createSecretsManager } from '../aws/clients.ts';
import { createCloudWatchLog } from '../aws/cloudwatch-log.ts';
import type { Secret } from '../aws/secrets.ts';
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import type { WebSessions } from '../domain/web-sessions.ts';
import { createWorkosAccount, type WorkosAccount } from '../workos/workos-account.ts';
import { createWorkosWebSessions } from '../workos/workos-web-sessions.ts';
import type { SessionEnv } from './env.ts';

export interface SessionParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly passwords: Secret<CookiePasswords>;
  readonly credentials: Secret<WorkosCredentials>;
  readonly account: WorkosAccount;
  readonly sessions: WebSessions;
  readonly sessionMaxAgeSeconds: number;
}

/** Secrets and WorkOS's keys start to be read here, in Lambda's init phase; a request waits only for what it needs. */
export function wireSessionParts(env: Omit<SessionEnv, 'STAGE' | 'PUBLIC_URL'>): SessionParts {
  const clock: Clock = () => new Date();
  const log = createCloudWatchLog();
  const secretsManager = createSecretsManager();
  const passwords = createCookieSecret(secretsManager, env.COOKIE_SECRET_ID, clock);
  const credentials = createWorkosSecret(secretsManager, env.WORKOS_SECRET_ID, clock);
  const account = createWorkosAccount({
    apiUrl: env.WORKOS_API_URL,
    issuer: env.WORKOS_ISSUER || undefined,
    credentials,
    clock,
  });
  const sessions = createWorkosWebSessions({ account, passwords, clock, log });
  return { clock, log, passwords, credentials, account, sessions, sessionMaxAgeSeconds: env.SESSION_MAX_AGE_SECONDS };
}
