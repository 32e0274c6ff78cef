/** The stateless part: the API and one function per endpoint, as a list of routes. */
import { type App, CfnOutput, CfnParameter, Duration, Stack } from 'aws-cdk-lib/core';
import { addFunctionsTo } from './add-functions.ts';
import { AtDeployment } from './constructs/at-deployment.ts';
import type { CodeOf } from './constructs/lambda.ts';
import { PublicApi } from './constructs/public-api.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import type { DataStack } from './data-stack.ts';
import { environmentsOf } from './environments.ts';
import { addMailboxFunctions } from './mailbox-functions.ts';
import { addModuleFunctions } from './module-functions.ts';
import type { StageSettings } from './stages.ts';

export interface ServiceStackProps {
  readonly settings: StageSettings;
  readonly data: DataStack;
  readonly codeOf: CodeOf;
}

export class ServiceStack extends Stack {
  readonly #stage: string;

  constructor(app: App, props: ServiceStackProps) {
    const { settings, data, codeOf } = props;
    super(app, `gatehouse-${settings.stage}-service`, {
      description: `Gatehouse ${settings.stage}: the API and its functions`,
    });
    this.#stage = settings.stage;
    const publicApi = new PublicApi(this, 'Api', { settings });
    const add = addFunctionsTo(this, { settings, codeOf, api: publicApi });

    const { publicUrl, knownRoutes } = publicApi;
    const webOrigins = settings.webOrigins.join(',');
    const environments = environmentsOf({
      settings,
      data,
      publicUrl,
      workosApiUrl: this.#originOf('WorkosApiUrl', 'WorkOS API', settings.workosApiUrl),
      googleUrl: this.#originOf('GoogleUrl', 'Google', settings.googleUrl),
      githubUrl: this.#originOf('GithubUrl', 'GitHub', settings.githubUrl),
    });
    const { base, workosApi, workos, sessionMaxAge, session, api, ownSessions } = environments;
    const { modules, allModulePurposes, nativeClients, verifiesTokens, grantsTokens, endsNativeSessions } =
      environments;

    const workosEvents = new WorkQueue(this, 'WorkosEvents', {
      settings,
      name: 'workos-events',
      workerTimeoutSeconds: 30,
      whenGivenUp: 'What was ended or changed at WorkOS may still be in force here: a session, a user, a membership.',
    });

    add.endpoint<typeof import('../functions/home/env.ts')>('GET /', 'home', {
      env: session,
      whenItFails: 'People see an error instead of the first page.',
    });
    add.endpoint<typeof import('../functions/login/env.ts')>('GET /login', 'login', {
      env: {
        ...base,
        ...workos,
        ...nativeClients,
        PROVIDERS: settings.providers.join(','),
        WEB_ORIGINS: webOrigins,
      },
      whenItFails: 'Nobody can start to sign in.',
    });
    add.endpoint<typeof import('../functions/callback/env.ts')>('GET /callback', 'callback', {
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
    add.endpoint<typeof import('../functions/login-confirm/env.ts')>('POST /login/confirm', 'login-confirm', {
      env: {
        ...base,
        ...workos,
        DEVICE_TICKETS_TABLE: data.deviceTickets.allow('PutItem'),
        EVENT_BUS: data.bus.publish(),
      },
      whenItFails: 'People who are asked whether an app may sign them in get an error for either answer.',
    });
    add.endpoint<typeof import('../functions/oauth-authorize/env.ts')>('GET /oauth/authorize', 'oauth-authorize', {
      env: { ...base, ...workos, ...nativeClients, PROVIDERS: settings.providers.join(',') },
      whenItFails: 'Nobody can start to sign in to an app that speaks OAuth.',
    });
    add.endpoint<typeof import('../functions/dashboard/env.ts')>('GET /dashboard', 'dashboard', {
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
    add.endpoint<typeof import('../functions/session/env.ts')>('GET /session', 'session', {
      env: api,
      whenItFails: 'Web apps cannot ask who is signed in and may treat everybody as signed out.',
    });
    add.endpoint<typeof import('../functions/sessions/env.ts')>(
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
    add.endpoint<typeof import('../functions/sessions-end/env.ts')>('POST /sessions/{id}/end', 'sessions-end', {
      env: {
        ...session,
        NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('GetItem', 'UpdateItem'),
        EVENT_BUS: data.bus.publish(),
      },
      whenItFails: 'People cannot end a session elsewhere from their account page.',
    });
    const accessToken = addModuleFunctions({ add, data, environments });
    addMailboxFunctions(this, { add, settings, data, environments });
    add.endpoint<typeof import('../functions/logout/env.ts')>(['GET /logout', 'POST /logout'], 'logout', {
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
    add.endpoint<typeof import('../functions/native-session-jwt/env.ts')>(
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
    add.endpoint<typeof import('../functions/native-session-refresh/env.ts')>(
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
    add.endpoint<typeof import('../functions/native-session-logout/env.ts')>(
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
    add.endpoint<typeof import('../functions/oauth-token/env.ts')>('POST /oauth/token', 'oauth-token', {
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
    add.endpoint<typeof import('../functions/oauth-revoke/env.ts')>('POST /oauth/revoke', 'oauth-revoke', {
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
    add.endpoint<typeof import('../functions/webhooks-workos/env.ts')>('POST /webhooks/workos', 'webhooks-workos', {
      env: { WORKOS_SECRET_ID: data.workosSecret.read(), WORKOS_EVENTS_QUEUE_URL: workosEvents.send() },
      whenItFails:
        'What ends or changes at WorkOS is told later or not at all: it repeats what it tells for three days.',
    });
    add.worker<typeof import('../functions/apply-workos-event/env.ts')>('apply-workos-event', {
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
    add.endpoint<typeof import('../functions/well-known/env.ts')>(
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
    add.endpoint<typeof import('../functions/app-link/env.ts')>('GET /app/{path+}', 'app-link', {
      env: {},
      whenItFails: 'People whose phone did not open an app see an error instead of an explanation.',
    });
    add.endpoint<typeof import('../functions/assets/env.ts')>('GET /assets/{file}', 'assets', {
      env: {},
      whenItFails: 'Pages lose their style and stay usable.',
    });
    add.endpoint<typeof import('../functions/default-route/env.ts')>('$default', 'default-route', {
      env: { ROUTES: knownRoutes, WEB_ORIGINS: webOrigins },
      whenItFails: 'Unknown addresses and methods get a bare error from API Gateway; nothing else is affected.',
    });

    const rotateKeys = add.job<typeof import('../functions/rotate-keys/env.ts')>('rotate-keys', {
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
    new AtDeployment(this, 'RotateKeysAtDeployment', { function: rotateKeys.function, before: [publicApi.stage] });

    this.#output('ModuleAccessTokenFunction', accessToken.arn, 'For backends: docs/module-access-token.md');
    this.#output('CallbackUrl', `${publicUrl}/callback`, 'WorkOS dashboard, Redirects: redirect URI');
    this.#output('LogoutReturnUrl', `${publicUrl}/`, 'WorkOS dashboard, Redirects: sign-out redirect');
    this.#output('SignInUrl', `${publicUrl}/login`, 'WorkOS dashboard, Redirects: sign-in endpoint');
    this.#output('WebhookUrl', `${publicUrl}/webhooks/workos`, 'WorkOS dashboard, Webhooks: endpoint URL');
  }

  /** On a developer's machine a stand-in has a port that is known only once it runs. */
  #originOf(id: string, whose: string, origin = ''): string {
    if (this.#stage !== 'local') return origin;
    return new CfnParameter(this, id, { default: origin, description: `Origin of ${whose}` }).valueAsString;
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
