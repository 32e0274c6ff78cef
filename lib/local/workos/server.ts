/** The WorkOS of the local cloud: a front that behaves as production does, before the official emulator. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from '../faults.ts';
import { AccessTokens } from './access-tokens.ts';
import { AuthorizationCodes } from './authorization-codes.ts';
import type { AuthenticateAnswer, Context, Settings } from './context.ts';
import { createControls, type Controls } from './controls.ts';
import { Directory } from './directory.ts';
import { json, readRequest, respond, type Reply } from './http.ts';
import { listenOnLoopback } from '../loopback.ts';
import { Refusal } from './refusals.ts';
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

  const server = await listenOnLoopback(options.port ?? 0).catch(async (error: unknown) => {
    await emulator.close();
    throw error;
  });
  const url = `http://localhost:${server.port}`;
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
  };
  const route = createRouter(context, emulator, options.initiateLoginUri);

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = incoming.url?.split('?')[0] ?? '/';
    const { operation, endpoint } = route(incoming.method ?? 'GET', path);
    await respond(response, faults.take('workos', operation), () =>
      answerRefusals(async () => endpoint(await readRequest(incoming, url))),
    );
  }
  server.handle((request, response) => {
    serve(request, response).catch((error: unknown) => {
      console.error('local WorkOS:', error);
      response.destroy();
    });
  });

  return {
    url,
    port: server.port,
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
      await Promise.all([server.close(), emulator.close()]);
    },
  };
}

async function answerRefusals(work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return json(error.status, error.body);
    console.error('local WorkOS:', error);
    return json(500, { message: 'Internal Server Error' });
  }
}
