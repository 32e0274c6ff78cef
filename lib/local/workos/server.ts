/** The WorkOS of the local cloud: a front that behaves as production does, before the official emulator. */
import type { Faults } from '../faults.ts';
import { AccessTokens } from './access-tokens.ts';
import { AuthorizationCodes } from './authorization-codes.ts';
import type { AuthenticateAnswer, Context, Settings } from './context.ts';
import { createControls, type Controls } from './controls.ts';
import { Directory } from './directory.ts';
import { json, type Reply } from '../front/http.ts';
import { OneTimeCodes } from '../front/one-time-codes.ts';
import { listenAsFront } from '../front/server.ts';
import type { RefusingFault } from '../faulty-answer.ts';
import type { PendingConsent } from './provider-consent.ts';
import { createRouter } from './routes.ts';
import { startSeededEmulator } from './seed.ts';
import { Sessions, type Session } from './sessions.ts';
import { type Delivery, type WebhookEndpoint, Webhooks } from './webhooks.ts';

export interface LocalWorkosOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly apiKey?: string;
  readonly clientId?: string;
  /** Matched exactly. */
  readonly redirectUris: readonly string[];
  /** Matched exactly; the first is where a sign-out without `return_to` ends. */
  readonly logoutReturnUris: readonly string[];
  /** Where people go who open WorkOS outside of a sign-in that the application began. */
  readonly initiateLoginUri?: string;
  readonly accessTokenSeconds?: number;
  /** Where events are sent to; nowhere without. */
  readonly webhook?: WebhookEndpoint | undefined;
  /** Those that really ask, where a sign-in asks them for more; the account chooser stands for the others. */
  readonly providers?: Context['providers'];
  readonly faults: Faults;
  readonly now?: () => Date;
}

export interface LocalWorkos extends Controls {
  /** `http://localhost:<port>`: API, browser pages and keys, as `api.workos.com` is for all three. */
  readonly url: string;
  readonly port: number;
  readonly apiKey: string;
  readonly clientId: string;
  /** The `iss` of its access tokens. */
  readonly issuer: string;
  /** May be changed at any time. */
  readonly settings: Settings;
  /** All sessions since the start, ended ones too, as they are at this moment. */
  readonly sessions: readonly Session[];
  /** What the webhook endpoint was told, in the order of events. */
  readonly deliveries: readonly Delivery[];
  close(): Promise<void>;
}

export async function startLocalWorkos(options: LocalWorkosOptions): Promise<LocalWorkos> {
  const { faults, apiKey = 'sk_test_local', clientId = 'client_local', now = () => new Date() } = options;
  const settings: Settings = {
    accessTokenSeconds: options.accessTokenSeconds ?? 300,
    refreshReplaySeconds: 30,
    rememberSignIn: false,
    demand: undefined,
  };
  const emulator = await startSeededEmulator();
  const directory = new Directory(emulator);
  await directory.users();

  const front = await listenAsFront(options.port ?? 0, { target: 'workos', faults, failure }).catch(
    async (error: unknown) => {
      await emulator.close();
      throw error;
    },
  );
  const { url, port } = front;
  const issuer = `${url}/user_management/${clientId}`;
  const context: Context = {
    apiKey,
    clientId,
    redirectUris: options.redirectUris,
    logoutReturnUris: options.logoutReturnUris,
    settings,
    now,
    directory,
    accessTokens: new AccessTokens({ issuer, clientId, now, lifetimeSeconds: () => settings.accessTokenSeconds }),
    codes: new AuthorizationCodes(now),
    sessions: new Sessions<AuthenticateAnswer>({ now, replaySeconds: () => settings.refreshReplaySeconds }),
    impersonators: new Map(),
    browsers: new Map(),
    webhooks: new Webhooks(options.webhook, now),
    url,
    providers: options.providers ?? {},
    consents: new OneTimeCodes<PendingConsent>(now),
  };
  front.serve(createRouter(context, emulator, options.initiateLoginUri));

  return {
    url,
    port,
    apiKey,
    clientId,
    issuer,
    settings,
    get sessions() {
      return context.sessions.all();
    },
    get deliveries() {
      return context.webhooks.deliveries;
    },
    ...createControls(context, emulator),
    async close() {
      await context.webhooks.close();
      await Promise.all([front.close(), emulator.close()]);
    },
  };
}

function failure(_operation: string, fault: RefusingFault): Reply {
  const { status, retryAfterSeconds } = fault.kind === 'throttle' ? { status: 429, retryAfterSeconds: 1 } : fault;
  return json(
    status,
    { message: `The local cloud answers ${status} here because LOCAL_FAULTS says so.` },
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  );
}
