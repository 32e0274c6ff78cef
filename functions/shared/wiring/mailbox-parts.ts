/** What a mailbox's turn takes, wired for a Lambda: Google alone, and the data keys of this one module. */
import type * as v from 'valibot';
import { createGoogleSecret } from '../aws/app-secrets.ts';
import { createDynamoDb, createEventBridge, createKms, createSecretsManager } from '../aws/clients.ts';
import { createDynamoJobProgress } from '../aws/dynamo-job-progress.ts';
import { createDynamoMailboxTurns } from '../aws/dynamo-mailbox-turns.ts';
import { createDynamoRefusalGauge } from '../aws/dynamo-refusal-gauge.ts';
import { createEventBridgeBus } from '../aws/event-bridge-bus.ts';
import { createDataKeys } from '../aws/key-rings.ts';
import { createKmsUnwrap } from '../aws/kms-keys.ts';
import { createTokenVault } from '../domain/create-token-vault.ts';
import { dueTurnsState } from '../domain/due-turns.ts';
import { moduleKeyPurpose } from '../domain/key-ring.ts';
import type { MailboxTurnParts } from '../domain/take-mailbox-turn.ts';
import { createFetch } from '../outbound/fetch.ts';
import { createGmailApi } from '../providers/gmail-api.ts';
import { createGoogle } from '../providers/google.ts';
import type { mailboxEntries } from './env.ts';

export type MailboxEnv = v.InferOutput<v.ObjectSchema<typeof mailboxEntries, undefined>>;

export const mailboxModule = 'gmail';

export function wireMailboxTurns(env: MailboxEnv): MailboxTurnParts {
  const clock = () => new Date();
  const dynamoDb = createDynamoDb();
  const jobs = { client: dynamoDb, tableName: env.JOBS_TABLE };
  const unwrap = createKmsUnwrap(createKms(), env.KMS_KEY_ID);
  const keyRing = { table: { client: dynamoDb, tableName: env.KEYS_TABLE }, clock, unwrap };
  const credentials = createGoogleSecret(createSecretsManager(), env.GOOGLE_SECRET_ID, clock);
  const outbound = { url: env.GOOGLE_URL, fetch: createFetch(), clock };
  return {
    turns: createDynamoMailboxTurns(dynamoDb, env.MODULE_TOKENS_TABLE, mailboxModule),
    vault: createTokenVault({
      stage: env.STAGE,
      keysOf: (module) => createDataKeys(moduleKeyPurpose(module), keyRing),
    }),
    provider: createGoogle({ credentials, ...outbound }),
    gmail: createGmailApi(outbound),
    events: createEventBridgeBus(createEventBridge(), env.EVENT_BUS),
    refusals: createDynamoRefusalGauge(jobs, 'refusals of gmail'),
    progress: createDynamoJobProgress(jobs, dueTurnsState),
    clock,
    random: Math.random,
    cadence: { module: mailboxModule, everyMinutes: env.GMAIL_SYNC_MINUTES },
  };
}
