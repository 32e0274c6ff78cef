/** The stateless part: the API and one function per endpoint, as a list of routes. */
import { type App, CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib/core';
import { Endpoint } from './constructs/endpoint.ts';
import type { EnvModule, EnvironmentOf } from './constructs/grant.ts';
import type { CodeOf } from './constructs/lambda.ts';
import { PublicApi, type RouteKey } from './constructs/public-api.ts';
import type { DataStack } from './data-stack.ts';
import type { StageSettings } from './stages.ts';

export interface ServiceStackProps {
  readonly settings: StageSettings;
  readonly data: DataStack;
  readonly codeOf: CodeOf;
}

interface Route<Module extends EnvModule> {
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
    const base = { STAGE: settings.stage, PUBLIC_URL: publicUrl, COOKIE_SECRET_ID: data.cookieSecret.read() };
    const workosApi = { WORKOS_API_URL: this.#workosApiUrl() };
    const workos = { ...workosApi, WORKOS_SECRET_ID: data.workosSecret.read() };
    /** What an endpoint behind `protectedEndpoint()` needs: `sessionEntries` in functions/shared/wiring/env.ts. */
    const sessionMaxAge = { SESSION_MAX_AGE_SECONDS: String(settings.sessionMaxAgeDays * 24 * 60 * 60) };
    const session = {
      ...base,
      ...workos,
      ...sessionMaxAge,
      WORKOS_ISSUER: settings.workosIssuer ?? '',
      SESSIONS_TABLE: data.sessions.allow('GetItem', 'UpdateItem'),
      USERS_TABLE: data.users.allow('GetItem'),
      WEB_ORIGINS: webOrigins,
    };

    const ownSessions = { SESSIONS_TABLE: data.sessions.allowQuery('byUser', 'GetItem', 'UpdateItem') };

    this.#endpoint<typeof import('../functions/home/env.ts')>('GET /', 'home', {
      env: session,
      whenItFails: 'People see an error instead of the first page.',
    });
    this.#endpoint<typeof import('../functions/login/env.ts')>('GET /login', 'login', {
      env: { ...base, ...workos, PROVIDERS: settings.providers.join(','), WEB_ORIGINS: webOrigins },
      whenItFails: 'Nobody can start to sign in.',
    });
    this.#endpoint<typeof import('../functions/callback/env.ts')>('GET /callback', 'callback', {
      env: {
        ...session,
        AFTER_LOGIN: settings.afterLogin,
        USERS_TABLE: data.users.allow('GetItem', 'UpdateItem'),
        EVENT_BUS: data.bus.publish(),
      },
      whenItFails: 'People come back from WorkOS and are not signed in.',
    });
    this.#endpoint<typeof import('../functions/dashboard/env.ts')>('GET /dashboard', 'dashboard', {
      env: { ...session, ...ownSessions },
      whenItFails: 'People cannot see their account page; signing in and out works.',
    });
    this.#endpoint<typeof import('../functions/session/env.ts')>('GET /session', 'session', {
      env: session,
      whenItFails: 'Web apps cannot ask who is signed in and may treat everybody as signed out.',
    });
    this.#endpoint<typeof import('../functions/sessions/env.ts')>(
      ['GET /sessions', 'DELETE /sessions/{id}'],
      'sessions',
      {
        env: { ...session, ...ownSessions },
        whenItFails: 'People cannot see where they are signed in, nor end a session elsewhere.',
      },
    );
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
    this.#endpoint<typeof import('../functions/assets/env.ts')>('GET /assets/{file}', 'assets', {
      env: {},
      whenItFails: 'Pages lose their style and stay usable.',
    });
    this.#endpoint<typeof import('../functions/default-route/env.ts')>('$default', 'default-route', {
      env: { ROUTES: knownRoutes, WEB_ORIGINS: webOrigins },
      whenItFails: 'Unknown addresses and methods get a bare error from API Gateway; nothing else is affected.',
    });

    this.#output('CallbackUrl', `${publicUrl}/callback`, 'WorkOS dashboard, Redirects: redirect URI');
    this.#output('LogoutReturnUrl', `${publicUrl}/`, 'WorkOS dashboard, Redirects: sign-out redirect');
    this.#output('SignInUrl', `${publicUrl}/login`, 'WorkOS dashboard, Redirects: sign-in endpoint');
  }

  /** @param name the folder in `functions/` whose `env.ts` is the type argument */
  #endpoint<Module extends EnvModule>(
    routes: RouteKey | readonly RouteKey[],
    name: string,
    { env, whenItFails }: Route<Module>,
  ): void {
    const { settings, codeOf } = this.#props;
    new Endpoint<Module>(this, name, {
      settings,
      codeOf,
      env,
      whenItFails,
      api: this.#api,
      routes: typeof routes === 'string' ? [routes] : routes,
    });
  }

  /** On a developer's machine WorkOS's stand-in has a port that is known only once it runs. */
  #workosApiUrl(): string {
    const { stage, workosApiUrl } = this.#props.settings;
    if (stage !== 'local') return workosApiUrl;
    return new CfnParameter(this, 'WorkosApiUrl', { default: workosApiUrl, description: 'Origin of the WorkOS API' })
      .valueAsString;
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
