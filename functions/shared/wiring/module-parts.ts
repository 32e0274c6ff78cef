/** The keeper of provider tokens, wired for a Lambda. */
import type * as v from 'valibot';
import { createGithubSecret, createGoogleSecret } from '../aws/app-secrets.ts';
import { createEventBridge, createKms, createSecretsManager, type DynamoDb } from '../aws/clients.ts';
import { createDynamoConnectedAccounts } from '../aws/dynamo-connected-accounts.ts';
import { createDynamoModuleConnections } from '../aws/dynamo-module-connections.ts';
import { createDynamoPendingRevocations } from '../aws/dynamo-pending-revocations.ts';
import { createEventBridgeBus } from '../aws/event-bridge-bus.ts';
import { createDataKeys } from '../aws/key-rings.ts';
import { createKmsUnwrap } from '../aws/kms-keys.ts';
import { sleep } from '../aws/sleep.ts';
import { AuthError } from '../domain/auth-error.ts';
import type { Clock } from '../domain/clock.ts';
import { createTokenVault } from '../domain/create-token-vault.ts';
import { moduleKeyPurpose } from '../domain/key-ring.ts';
import type { Module } from '../domain/modules.ts';
import type { PendingRevocations } from '../domain/pending-revocations.ts';
import type { Users } from '../domain/users.ts';
import { createVaultKeeper, type VaultKeeper } from '../domain/vault-keeper.ts';
import type { VaultKeeperParts } from '../domain/vault-parts.ts';
import { createFetch } from '../outbound/fetch.ts';
import { createGithub } from '../providers/github.ts';
import { createGoogle } from '../providers/google.ts';
import type { githubKeeperEntries, googleEntries } from './env.ts';
import { loadModules } from './load-modules.ts';

/** `keeperEntries`, or `githubKeeperEntries` for a function that has nothing to do with Google. */
export type KeeperEnv = v.InferOutput<v.ObjectSchema<typeof githubKeeperEntries, undefined>> &
  Partial<v.InferOutput<v.ObjectSchema<typeof googleEntries, undefined>>>;

export interface ModuleParts extends Pick<VaultKeeperParts, 'connections' | 'providers' | 'vault'> {
  readonly revocations: PendingRevocations;
  /** Those that the stage switches on. */
  readonly modules: readonly Module[];
  readonly keeper: VaultKeeper;
}

export interface ModulePartsOptions {
  readonly dynamoDb: DynamoDb;
  readonly users: Pick<Users, 'isBarred'>;
  readonly clock: Clock;
}

const refuse = () =>
  Promise.reject(new AuthError('temporarily_unavailable', 'this function is not given Google’s secret'));
const withheld = { read: refuse, reread: refuse };

/** Keys and secrets are read when the first token needs them: a list of connections, or a refusal, pays nothing for them. */
export async function wireModules(
  env: KeeperEnv,
  { dynamoDb, users, clock }: ModulePartsOptions,
): Promise<ModuleParts> {
  const secretsManager = createSecretsManager();
  const kms = createKmsUnwrap(createKms(), env.KMS_KEY_ID);
  const keyRing = { table: { client: dynamoDb, tableName: env.KEYS_TABLE }, clock, unwrap: kms };
  const outbound = { fetch: createFetch(), clock };
  const google =
    env.GOOGLE_SECRET_ID === undefined ? withheld : createGoogleSecret(secretsManager, env.GOOGLE_SECRET_ID, clock);
  const github = createGithubSecret(secretsManager, env.GITHUB_SECRET_ID, clock);
  const parts = {
    connections: createDynamoModuleConnections(dynamoDb, env.MODULE_TOKENS_TABLE),
    vault: createTokenVault({
      stage: env.STAGE,
      keysOf: (module) => createDataKeys(moduleKeyPurpose(module), keyRing),
    }),
    providers: {
      google: createGoogle({ credentials: google, url: env.GOOGLE_URL ?? '', ...outbound }),
      github: createGithub({ credentials: github, url: env.GITHUB_URL, ...outbound }),
    },
    revocations: createDynamoPendingRevocations(dynamoDb, env.MODULE_TOKENS_TABLE),
  };
  const keeper = createVaultKeeper({
    ...parts,
    accounts: createDynamoConnectedAccounts(dynamoDb, env.PROVIDER_ACCOUNTS_TABLE),
    users,
    events: createEventBridgeBus(createEventBridge(), env.EVENT_BUS),
    clock,
    sleep,
    settings: {
      cadences: [{ module: 'gmail', everyMinutes: env.GMAIL_SYNC_MINUTES }],
      googleProject: env.GOOGLE_PROJECT ?? 'shared',
    },
  });
  return { ...parts, modules: await loadModules(env.MODULES), keeper };
}
