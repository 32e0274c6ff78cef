/** The parts that end native sessions, wired for a Lambda. Apart from the others: what loads WorkOS's SDK is not for everyone. */
import type * as v from 'valibot';
import { createWorkosSecret, type WorkosCredentials } from '../aws/app-secrets.ts';
import { createEventBridge, createSecretsManager } from '../aws/clients.ts';
import { createEventBridgeBus } from '../aws/event-bridge-bus.ts';
import type { Secret } from '../aws/secrets.ts';
import type { EventBus } from '../domain/events.ts';
import type { RemoteSessions } from '../domain/remote-sessions.ts';
import type { UserStandings } from '../domain/user-standing.ts';
import { createWorkosAccount } from '../workos/workos-account.ts';
import { createWorkosRemoteSessions } from '../workos/workos-remote-sessions.ts';
import { createWorkosUserStandings } from '../workos/workos-user-standings.ts';
import type { nativeEndEntries } from './env.ts';

type EndEnv = v.InferOutput<v.ObjectSchema<typeof nativeEndEntries, undefined>>;

export interface NativeEndings {
  readonly events: EventBus;
  readonly remote: RemoteSessions;
  readonly standings: UserStandings;
}

/**
 * What ending sessions takes, and asking whether they stand: WorkOS and the bus.
 * @param needsWorkosRarely its secret is read for the first request that asks WorkOS, and not in Lambda's init phase.
 */
export function wireNativeEndings(env: EndEnv, { needsWorkosRarely = false } = {}): NativeEndings {
  const clock = () => new Date();
  const readSecret = () => createWorkosSecret(createSecretsManager(), env.WORKOS_SECRET_ID, clock);
  const credentials = needsWorkosRarely ? lazily(readSecret) : readSecret();
  const account = createWorkosAccount({ apiUrl: env.WORKOS_API_URL, credentials, clock, keys: { isLazy: true } });
  return {
    events: createEventBridgeBus(createEventBridge(), env.EVENT_BUS),
    remote: createWorkosRemoteSessions(account),
    standings: createWorkosUserStandings(account),
  };
}

/** @param make starts to read the secret. */
function lazily(make: () => Secret<WorkosCredentials>): Secret<WorkosCredentials> {
  let secret: Secret<WorkosCredentials> | undefined;
  const made = (): Secret<WorkosCredentials> => (secret ??= make());
  return { read: () => made().read(), reread: () => made().reread() };
}
