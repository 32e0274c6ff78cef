/** The stateless part: the API and one function per endpoint, as a list of routes. */
import { type App, CfnOutput, CfnParameter, Duration, Stack } from 'aws-cdk-lib/core';
import { AtDeployment } from './constructs/at-deployment.ts';
import { Endpoint } from './constructs/endpoint.ts';
import { EventsToQueue } from './constructs/events-to-queue.ts';
import type { EnvModule, EnvironmentOf } from './constructs/grant.ts';
import type { CodeOf } from './constructs/lambda.ts';
import { type ConnectOptions, PublicApi, type RouteKey } from './constructs/public-api.ts';
import { QueueWorker, type QueueWorkerProps } from './constructs/queue-worker.ts';
import { InvokedFunction, type InvokedFunctionProps } from './constructs/invoked-function.ts';
import { ScheduledJob, type ScheduledJobProps } from './constructs/scheduled-job.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import type { DataStack } from './data-stack.ts';
import { environmentsOf } from './environments.ts';
import type { StageSettings } from './stages.ts';

export interface ServiceStackProps {
  readonly settings: StageSettings;
  readonly data: DataStack;
  readonly codeOf: CodeOf;
}

interface Route<Module extends EnvModule> extends ConnectOptions {
  readonly env: EnvironmentOf<Module>;
  /** What people notice then: a sentence for the alarm. */
  readonly whenItFails: string;
}

export class ServiceStack extends Stack {
  readonly #props: ServiceStackProps;
  readonly #api: PublicApi;

  constructor(app: App, props: ServiceStackProps) {
    const { settings, data } = props;
    super(app, `gatehouse-${settings.stage}-service`, {
      description: `Gatehouse ${settings.stage}: the API and its functions`,
    });
    this.#props = props;
    this.#api = new PublicApi(this, 'Api', { settings });

    const { publicUrl, knownRoutes } = this.#api;
    const webOrigins = settings.webOrigins.join(',');
    const environments = environmentsOf({
      settings,
      data,
      publicUrl,
      workosApiUrl: this.#originOf('WorkosApiUrl', 'WorkOS API', settings.workosApiUrl),
      googleUrl: this.#originOf('GoogleUrl', 'Google', settings.googleUrl),
      githubUrl: this.#originOf('GithubUrl', 'GitHub', settings.githubUrl),
    });
    const { base, workosApi, workos, sessionMaxAge, session, tokens, api, ownSessions } = environments;
    const { modules, allModulePurposes, keepsModules, keepsGithub, googleClient, github } = environments;
    const { takesMailboxTurns, gmailSyncMinutes } = environments;
    const { nativeClients, verifiesTokens, grantsTokens, endsNativeSessions } = environments;

    const workosEvents = new WorkQueue(this, 'WorkosEvents', {
      settings,
      name: 'workos-events',
      workerTimeoutSeconds: 30,
      whenGivenUp: 'What was ended or changed at WorkOS may still be in force here: a session, a user, a membership.',
    });
    const mailboxTurns = new WorkQueue(this, 'RefreshGmail', {
      settings,
      name: 'refresh-gmail',
      workerTimeoutSeconds: 60,
      whenGivenUp:
        'These mailboxes missed a turn. Each has its next one at its usual time, and tells then what changed.',
    });

    this.#endpoint<typeof import('../functions/home/env.ts')>('GET /', 'home', {
      env: session,
      whenItFails: 'People see an error instead of the first page.',
    });
    this.#endpoint<typeof import('../functions/login/env.ts')>('GET /login', 'login', {
      env: {
        ...base,
        ...workos,
        ...nativeClients,
        PROVIDERS: settings.providers.join(','),
        WEB_ORIGINS: webOrigins,
      },
      whenItFails: 'Nobody can start to sign in.',
    });
    this.#endpoint<typeof import('../functions/callback/env.ts')>('GET /callback', 'callback', {
      env: {
        ...session,
        ...nativeClients,
        ...modules,
        AFTER_LOGIN: settings.afterLogin,
        DEVICE_TICKETS_TABLE: data.deviceTickets.allow('PutItem'),
        USERS_TABLE: data.users.allow('GetItem', 'UpdateItem'),
        EVENT_BUS: data.bus.publish(),
      },
      whenItFails: 'People come back from WorkOS and are not signed in, on the web or to an app.',
    });
    this.#endpoint<typeof import('../functions/login-confirm/env.ts')>('POST /login/confirm', 'login-confirm', {
      env: {
        ...base,
        ...workos,
        DEVICE_TICKETS_TABLE: data.deviceTickets.allow('PutItem'),
        EVENT_BUS: data.bus.publish(),
      },
      whenItFails: 'People who are asked whether an app may sign them in get an error for either answer.',
    });
    this.#endpoint<typeof import('../functions/oauth-authorize/env.ts')>('GET /oauth/authorize', 'oauth-authorize', {
      env: { ...base, ...workos, ...nativeClients, PROVIDERS: settings.providers.join(',') },
      whenItFails: 'Nobody can start to sign in to an app that speaks OAuth.',
    });
    this.#endpoint<typeof import('../functions/dashboard/env.ts')>('GET /dashboard', 'dashboard', {
      env: {
        ...session,
        ...nativeClients,
        ...ownSessions,
        ...modules,
        MODULE_TOKENS_TABLE: data.moduleTokens.allow('Query'),
        NATIVE_SESSIONS_TABLE: data.nativeSessions.allowQuery('byUser'),
      },
      whenItFails: 'People cannot see their account page; signing in and out works.',
    });
    this.#endpoint<typeof import('../functions/session/env.ts')>('GET /session', 'session', {
      env: api,
      whenItFails: 'Web apps cannot ask who is signed in and may treat everybody as signed out.',
    });
    this.#endpoint<typeof import('../functions/sessions/env.ts')>(
      ['GET /sessions', 'DELETE /sessions/{id}'],
      'sessions',
      {
        env: {
          ...api,
          ...ownSessions,
          NATIVE_SESSIONS_TABLE: data.nativeSessions.allowQuery('byUser', 'GetItem', 'UpdateItem'),
          EVENT_BUS: data.bus.publish(),
        },
        whenItFails: 'People cannot see where they are signed in, nor end a session elsewhere.',
      },
    );
    this.#endpoint<typeof import('../functions/sessions-end/env.ts')>('POST /sessions/{id}/end', 'sessions-end', {
      env: {
        ...session,
        NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('GetItem', 'UpdateItem'),
        EVENT_BUS: data.bus.publish(),
      },
      whenItFails: 'People cannot end a session elsewhere from their account page.',
    });
    this.#endpoint<typeof import('../functions/modules/env.ts')>(
      ['GET /modules', 'DELETE /modules/{module}'],
      'modules',
      {
        env: { ...api, ...keepsModules },
        whenItFails: 'Web apps cannot see what is connected, nor disconnect it; what is connected works.',
      },
    );
    this.#endpoint<typeof import('../functions/github-repos/env.ts')>('GET /github/repos', 'github-repos', {
      env: { ...api, ...keepsGithub },
      whenItFails: 'Apps cannot show people their repositories; what is connected stays so.',
    });
    this.#endpoint<typeof import('../functions/modules-disconnect/env.ts')>(
      'POST /modules/{module}/disconnect',
      'modules-disconnect',
      {
        env: { ...session, ...keepsModules },
        whenItFails: 'People cannot disconnect a module from their account page; what is connected works.',
      },
    );
    this.#endpoint<typeof import('../functions/gmail-mailbox/env.ts')>('GET /gmail/mailbox', 'gmail-mailbox', {
      env: { ...api, ...modules, MODULE_TOKENS_TABLE: data.moduleTokens.allow('GetItem') },
      whenItFails: 'Web apps and apps cannot see how far a mailbox is synced; syncing goes on.',
    });
    this.#endpoint<typeof import('../functions/logout/env.ts')>(['GET /logout', 'POST /logout'], 'logout', {
      env: {
        ...base,
        ...workosApi,
        ...sessionMaxAge,
        WEB_ORIGINS: webOrigins,
        SESSIONS_TABLE: data.sessions.allow('UpdateItem'),
        EVENT_BUS: data.bus.publish(),
      },
      whenItFails: 'People cannot sign out.',
    });
    this.#endpoint<typeof import('../functions/native-session-jwt/env.ts')>(
      'POST /native/session/jwt',
      'native-session-jwt',
      {
        env: {
          ...grantsTokens,
          ...sessionMaxAge,
          DEVICE_TICKETS_TABLE: data.deviceTickets.allow('DeleteItem'),
          NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('PutItem'),
          SESSIONS_TABLE: data.sessions.allow('GetItem'),
        },
        whenItFails: 'People come back to their app from signing in, and are not signed in there.',
      },
    );
    this.#endpoint<typeof import('../functions/native-session-refresh/env.ts')>(
      'POST /native/session/refresh',
      'native-session-refresh',
      {
        env: {
          ...grantsTokens,
          ...endsNativeSessions,
          NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('GetItem', 'UpdateItem'),
        },
        whenItFails: 'Apps lose their access within the hour; they stay signed in, and go on once it works again.',
      },
    );
    this.#endpoint<typeof import('../functions/native-session-logout/env.ts')>(
      'POST /native/session/logout',
      'native-session-logout',
      {
        env: {
          ...endsNativeSessions,
          KEYS_TABLE: data.keys.allow('Query'),
          KMS_KEY_ID: data.envelopeKey.unwrap('native-refresh'),
          NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('GetItem', 'UpdateItem'),
        },
        whenItFails: 'People cannot sign out of apps: their session lives on here and at WorkOS.',
      },
    );
    this.#endpoint<typeof import('../functions/oauth-token/env.ts')>('POST /oauth/token', 'oauth-token', {
      env: {
        ...grantsTokens,
        ...endsNativeSessions,
        ...sessionMaxAge,
        ...nativeClients,
        DEVICE_TICKETS_TABLE: data.deviceTickets.allow('DeleteItem'),
        NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('GetItem', 'PutItem', 'UpdateItem'),
        SESSIONS_TABLE: data.sessions.allow('GetItem'),
      },
      whenItFails:
        'People cannot finish to sign in to apps that speak OAuth, and these lose their access within the hour.',
    });
    this.#endpoint<typeof import('../functions/oauth-revoke/env.ts')>('POST /oauth/revoke', 'oauth-revoke', {
      env: {
        ...verifiesTokens,
        ...endsNativeSessions,
        ...nativeClients,
        PUBLIC_URL: publicUrl,
        KMS_KEY_ID: data.envelopeKey.unwrap('native-refresh'),
        NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('GetItem', 'UpdateItem'),
      },
      whenItFails: 'People cannot sign out of apps that speak OAuth: their session lives on here and at WorkOS.',
    });
    this.#endpoint<typeof import('../functions/oauth-module-connect-request/env.ts')>(
      'POST /oauth/{module}/connect',
      'oauth-module-connect-request',
      {
        env: { ...base, ...tokens, ...nativeClients, ...modules },
        whenItFails: 'People cannot start to connect a module from an app; what is connected works.',
      },
    );
    this.#endpoint<typeof import('../functions/oauth-module-connect/env.ts')>(
      'GET /oauth/{module}/connect',
      'oauth-module-connect',
      {
        env: {
          ...session,
          ...nativeClients,
          ...modules,
          ...googleClient,
          ...github,
          NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('GetItem'),
          ONCE_TABLE: data.once.allow('PutItem'),
        },
        whenItFails: 'People cannot start to connect a module; what is connected works.',
      },
    );
    this.#endpoint<typeof import('../functions/oauth-module-callback/env.ts')>(
      'GET /oauth/{module}/callback',
      'oauth-module-callback',
      {
        env: {
          ...session,
          ...keepsModules,
          ...nativeClients,
          DEVICE_TICKETS_TABLE: data.deviceTickets.allow('PutItem'),
          NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('GetItem'),
          ONCE_TABLE: data.once.allow('PutItem'),
        },
        whenItFails: 'People come back from a consent, and nothing is connected; what was connected works.',
      },
    );
    this.#endpoint<typeof import('../functions/oauth-module-finish/env.ts')>(
      'POST /oauth/{module}/finish',
      'oauth-module-finish',
      {
        env: {
          ...tokens,
          ...keepsModules,
          KEYS_TABLE: data.keys.allow('Query'),
          DEVICE_TICKETS_TABLE: data.deviceTickets.allow('DeleteItem'),
        },
        whenItFails:
          'People come back to their app from a consent, and nothing is connected; what was connected works.',
      },
    );
    this.#endpoint<typeof import('../functions/webhooks-workos/env.ts')>('POST /webhooks/workos', 'webhooks-workos', {
      env: { WORKOS_SECRET_ID: data.workosSecret.read(), WORKOS_EVENTS_QUEUE_URL: workosEvents.send() },
      whenItFails:
        'What ends or changes at WorkOS is told later or not at all: it repeats what it tells for three days.',
    });
    this.#worker<typeof import('../functions/apply-workos-event/env.ts')>('apply-workos-event', {
      queue: workosEvents,
      env: {
        ...sessionMaxAge,
        SESSIONS_TABLE: data.sessions.allowQuery('byUser', 'UpdateItem'),
        USERS_TABLE: data.users.allow('PutItem', 'UpdateItem'),
        NATIVE_SESSIONS_TABLE: data.nativeSessions.allowQuery(['byUser', 'byWorkosSession'], 'UpdateItem'),
        ONCE_TABLE: data.once.allow('GetItem', 'PutItem'),
        EVENT_BUS: data.bus.publish(),
        ...modules,
        MODULE_TOKENS_TABLE: data.moduleTokens.allow('DeleteItem', 'PutItem', 'Query'),
        PROVIDER_ACCOUNTS_TABLE: data.providerAccounts.allow('DeleteItem', 'UpdateItem'),
      },
      whenItFails:
        'Users, sessions and memberships that are gone at WorkOS stay in force here, with what users have connected.',
    });
    this.#endpoint<typeof import('../functions/well-known/env.ts')>(
      [
        'GET /.well-known/jwks.json',
        'GET /.well-known/oauth-authorization-server',
        'GET /.well-known/openid-configuration',
        'GET /.well-known/assetlinks.json',
        'GET /.well-known/apple-app-site-association',
      ],
      'well-known',
      {
        env: {
          PUBLIC_URL: publicUrl,
          KEYS_TABLE: data.keys.allow('Query'),
          NATIVE_APPS: JSON.stringify(settings.native.clients.map(({ id, android, ios }) => ({ id, android, ios }))),
        },
        whenItFails:
          'Backends that verify our JWTs refuse them once they forget our keys; apps cannot find the endpoints.',
      },
    );
    this.#endpoint<typeof import('../functions/app-link/env.ts')>('GET /app/{path+}', 'app-link', {
      env: {},
      whenItFails: 'People whose phone did not open an app see an error instead of an explanation.',
    });
    this.#endpoint<typeof import('../functions/assets/env.ts')>('GET /assets/{file}', 'assets', {
      env: {},
      whenItFails: 'Pages lose their style and stay usable.',
    });
    this.#endpoint<typeof import('../functions/default-route/env.ts')>('$default', 'default-route', {
      env: { ROUTES: knownRoutes, WEB_ORIGINS: webOrigins },
      whenItFails: 'Unknown addresses and methods get a bare error from API Gateway; nothing else is affected.',
    });

    const accessToken = this.#invoked<typeof import('../functions/module-access-token/env.ts')>('module-access-token', {
      env: keepsModules,
      whenItFails: 'Other backends get no access tokens for what people have connected, and do nothing for them.',
    });

    this.#job<typeof import('../functions/refresh-due-modules/env.ts')>('refresh-due-modules', {
      every: Duration.minutes(1),
      timeoutSeconds: 60,
      env: {
        ...modules,
        ...gmailSyncMinutes,
        MODULE_TOKENS_TABLE: data.moduleTokens.allowQuery('bySlot'),
        JOBS_TABLE: data.jobs.allow('GetItem', 'PutItem'),
        REFRESH_GMAIL_QUEUE_URL: mailboxTurns.send(),
      },
      whenItFails: 'Mailboxes that are connected have no turns, and new mail is told late; nothing of it is lost.',
    });
    this.#worker<typeof import('../functions/refresh-gmail/env.ts')>('refresh-gmail', {
      queue: mailboxTurns,
      maxConcurrency: settings.gmailWorkers,
      env: takesMailboxTurns,
      whenItFails:
        'Some mailboxes that are connected, or all, fall behind: new mail is told late, and none of it lost.',
    });
    new EventsToQueue(this, 'FirstMailboxTurn', {
      bus: data.bus,
      queue: mailboxTurns,
      description: 'A mailbox that was connected or mended has its turn at once',
      detailTypes: ['module.connected', 'module.recovered'],
      detail: { module: ['gmail'] },
    });

    const rotateKeys = this.#job<typeof import('../functions/rotate-keys/env.ts')>('rotate-keys', {
      every: Duration.days(1),
      timeoutSeconds: 60,
      env: {
        ...workos,
        KEYS_TABLE: data.keys.allow('DeleteItem', 'PutItem', 'Query'),
        KMS_KEY_ID: data.envelopeKey.wrap('native-refresh', 'signing', ...allModulePurposes),
        ...modules,
        SIGNING_ALGORITHM: settings.native.signingAlgorithm,
        SIGNING_KEY_DAYS: String(settings.signingKeyDays),
        NATIVE_SESSION_IDLE_SECONDS: grantsTokens.NATIVE_SESSION_IDLE_SECONDS,
      },
      whenItFails: 'Nobody notices at first: the keys that sign JWTs stay in use for longer than they should.',
    });
    this.#job<typeof import('../functions/renew-module-tokens/env.ts')>('renew-module-tokens', {
      every: Duration.hours(1),
      timeoutSeconds: 900,
      env: {
        ...keepsModules,
        KEYS_TABLE: data.keys.allow('Query'),
        MODULE_TOKENS_TABLE: data.moduleTokens.allowQuery(
          'bySlot',
          ...(['DeleteItem', 'GetItem', 'PutItem', 'Scan', 'UpdateItem'] as const),
        ),
        PROVIDER_ACCOUNTS_TABLE: data.providerAccounts.allow('GetItem'),
        JOBS_TABLE: data.jobs.allow('GetItem', 'PutItem'),
      },
      whenItFails:
        'What people disconnected may stay granted at GitHub, and connections that nobody uses for six months are lost.',
    });
    new AtDeployment(this, 'RotateKeysAtDeployment', { function: rotateKeys.function, before: [this.#api.stage] });

    this.#output('ModuleAccessTokenFunction', accessToken.arn, 'For backends: docs/module-access-token.md');
    this.#output('CallbackUrl', `${publicUrl}/callback`, 'WorkOS dashboard, Redirects: redirect URI');
    this.#output('LogoutReturnUrl', `${publicUrl}/`, 'WorkOS dashboard, Redirects: sign-out redirect');
    this.#output('SignInUrl', `${publicUrl}/login`, 'WorkOS dashboard, Redirects: sign-in endpoint');
    this.#output('WebhookUrl', `${publicUrl}/webhooks/workos`, 'WorkOS dashboard, Webhooks: endpoint URL');
  }

  /** @param name the folder in `functions/` whose `env.ts` is the type argument */
  #endpoint<Module extends EnvModule>(routes: RouteKey | readonly RouteKey[], name: string, own: Route<Module>): void {
    const { settings, codeOf } = this.#props;
    new Endpoint<Module>(this, name, {
      settings,
      codeOf,
      ...own,
      api: this.#api,
      routes: typeof routes === 'string' ? [routes] : routes,
    });
  }

  /** @param name the folder in `functions/` whose `env.ts` is the type argument */
  #worker<Module extends EnvModule>(name: string, own: Omit<QueueWorkerProps<Module>, 'codeOf' | 'settings'>): void {
    const { settings, codeOf } = this.#props;
    new QueueWorker<Module>(this, name, { settings, codeOf, ...own });
  }

  /** @param name the folder in `functions/` whose `env.ts` is the type argument */
  #invoked<Module extends EnvModule>(
    name: string,
    own: Omit<InvokedFunctionProps<Module>, 'codeOf' | 'settings'>,
  ): InvokedFunction<Module> {
    const { settings, codeOf } = this.#props;
    return new InvokedFunction<Module>(this, name, { settings, codeOf, ...own });
  }

  /** @param name the folder in `functions/` whose `env.ts` is the type argument */
  #job<Module extends EnvModule>(
    name: string,
    own: Omit<ScheduledJobProps<Module>, 'codeOf' | 'settings'>,
  ): ScheduledJob<Module> {
    const { settings, codeOf } = this.#props;
    return new ScheduledJob<Module>(this, name, { settings, codeOf, ...own });
  }

  /** On a developer's machine a stand-in has a port that is known only once it runs. */
  #originOf(id: string, whose: string, origin = ''): string {
    if (this.#props.settings.stage !== 'local') return origin;
    return new CfnParameter(this, id, { default: origin, description: `Origin of ${whose}` }).valueAsString;
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
