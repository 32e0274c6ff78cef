/**
 * The two endpoints between which a consent happens, over parts in memory: browsers with sessions, a WorkOS and providers that
 * grant what a test says, and the real keeper of what they grant.
 */
import { oauthModuleCallback } from '../../functions/oauth-module-callback/oauth-module-callback.ts';
import { oauthModuleConnect } from '../../functions/oauth-module-connect/oauth-module-connect.ts';
import type { AuthorizationRequest } from '../../functions/shared/domain/authorization-request.ts';
import type { ConsentExchange, ExchangedConsent } from '../../functions/shared/domain/consent-exchange.ts';
import { createConsentUrl } from '../../functions/shared/domain/consent-url.ts';
import type { ConnectVia, Module } from '../../functions/shared/domain/modules.ts';
import type { ProviderAccount, ProviderGrant } from '../../functions/shared/domain/provider.ts';
import type { Session } from '../../functions/shared/domain/web-sessions.ts';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import { askEndpoint, type EndpointAnswer } from './ask-endpoint.ts';
import { keepCookies } from './cookie-jar.ts';
import { passwords } from './cookie-passwords.ts';
import { createMemoryDeviceTickets } from './memory-device-tickets.ts';
import { createMemoryNativeSessionRecords } from './memory-native-session-records.ts';
import { createMemoryOnce } from './memory-once.ts';
import { createMemoryRemoteSessions } from './memory-remote-sessions.ts';
import { aliceSession, createMemoryWebSessions } from './memory-web-sessions.ts';
import { github, gmail } from './module-keeper-contract.ts';
import { nativeClients } from './native-clients.ts';
import { listedOrigin, ownOrigin } from './open-redirect-corpus.ts';
import { type VaultKeeperUnderTest, vaultKeeperUnderTest } from './vault-keeper-under-test.ts';

export const aliceOnTheWeb: Session = aliceSession;
export const bobOnTheWeb: Session = {
  ...aliceSession,
  userId: 'usr_b0bb0bb0bb0bb0bb0bb0bb0bb0bb0bb0',
  workosUserId: 'user_01HBOB',
  sessionId: 'b'.repeat(32),
  email: 'bob@example.com',
  organizationId: undefined,
};

/** By the seal in a browser's cookie. */
const sessions: Readonly<Record<string, Session>> = {
  alice: aliceOnTheWeb,
  bob: bobOnTheWeb,
  'alice elsewhere': { ...aliceOnTheWeb, sessionId: 'e'.repeat(32) },
  impersonator: { ...aliceOnTheWeb, impersonator: { email: 'admin@example.com', reason: null } },
};

export const alicesAccount: ProviderAccount = { id: '1001', address: 'alice@example.com' };
export const bobsAccount: ProviderAccount = { id: '1002', address: 'bob@example.com' };

export interface Browser {
  /** `name=value` pairs that it holds. */
  cookies: readonly string[];
  /** As its user, by the name of a seal; nobody unless given. */
  signInAs(seal: string | undefined): void;
  /** `GET /oauth/{module}/connect`. @param headers such as `sec-fetch-site` */
  connect(query?: string, options?: { readonly module?: Module; readonly headers?: Headers }): Promise<EndpointAnswer>;
  /** `GET /oauth/{module}/callback` with the state of the last `connect()`, unless another is given. */
  comeBack(query: Readonly<Record<string, string>>, module?: Module, headers?: Headers): Promise<EndpointAnswer>;
}

type Headers = Readonly<Record<string, string>>;

export interface ConnectUnderTest {
  readonly modules: { readonly gmail: Module; readonly github: Module };
  readonly keeping: VaultKeeperUnderTest;
  readonly remoteSessions: ReturnType<typeof createMemoryRemoteSessions>;
  readonly nativeSessions: ReturnType<typeof createMemoryNativeSessionRecords>;
  readonly tickets: ReturnType<typeof createMemoryDeviceTickets>;
  /** What AuthKit was asked for. */
  readonly authorizations: readonly AuthorizationRequest[];
  /** Codes that anybody has tried to exchange, at WorkOS or a provider. */
  exchanges(): number;
  /** `isStanding()` of these is `false`. */
  readonly endedSessions: Set<string>;
  browser(seal?: string): Browser;
  /** Somebody consents at the provider, by way of WorkOS, which signs them in. @returns the code. */
  consentAtWorkos(consent?: Partial<ExchangedConsent> & { readonly module?: Module }): string;
  /** Of Gmail unless given. */
  statusOf(session: Session, module?: Module): Promise<string>;
  advanceSeconds(seconds: number): Promise<void>;
}

/** @param options `via`: how both modules connect; by way of WorkOS unless given. */
export function startConnect({ via = 'workos' }: { readonly via?: ConnectVia } = {}): ConnectUnderTest {
  const keeping = vaultKeeperUnderTest();
  const { providers, users, connections, vault, clock } = keeping.parts;
  const modules = { gmail: { ...gmail, connectVia: via }, github: { ...github, connectVia: via } };
  const remoteSessions = createMemoryRemoteSessions();
  const nativeSessions = createMemoryNativeSessionRecords();
  const tickets = createMemoryDeviceTickets();
  const once = createMemoryOnce();
  const authorizations: AuthorizationRequest[] = [];
  const endedSessions = new Set<string>();
  const codes = new Map<string, ExchangedConsent>();
  let exchangesAtWorkos = 0;

  const consents: ConsentExchange = {
    exchange(code) {
      exchangesAtWorkos += 1;
      const consent = codes.get(code);
      codes.delete(code);
      return consent
        ? Promise.resolve(consent)
        : Promise.reject(new AuthError('auth_failed', 'WorkOS refused the code'));
    },
  };
  const shared = {
    passwords: () => Promise.resolve(passwords),
    sessions: createMemoryWebSessions(
      Object.fromEntries(
        Object.entries(sessions).map(([seal, session]) => [seal, { outcome: 'active', session } as const]),
      ),
    ),
    isStanding: ({ sessionId }: Session) => Promise.resolve(!endedSessions.has(sessionId)),
    users,
    nativeSessions,
    once,
    clock,
    modules: Object.values(modules),
    settings: {
      stage: 'prod',
      publicUrl: ownOrigin,
      webOrigins: [listedOrigin],
      nativeClients,
      sessionMaxAgeSeconds: 3600,
    },
  };
  const connectEndpoint = oauthModuleConnect({
    ...shared,
    consentUrl: createConsentUrl({
      authorizationUrl(request) {
        authorizations.push(request);
        return Promise.resolve(`https://api.workos.test/authorize?state=${request.state}`);
      },
      providers,
      publicUrl: ownOrigin,
    }),
  });
  const callbackEndpoint = oauthModuleCallback({
    ...shared,
    consents,
    remoteSessions,
    providers,
    connections,
    vault,
    tickets,
    keeper: keeping.keeper,
  });

  function browser(seal?: string): Browser {
    let state = '';
    const own: Browser = {
      cookies: [],
      signInAs(next) {
        const others = own.cookies.filter((pair) => !pair.startsWith('wos-session='));
        own.cookies = next === undefined ? others : [...others, `wos-session=${next}`];
      },
      async connect(query = '', { module = modules.gmail, headers = {} } = {}) {
        const { cookies } = own;
        const asked = askEndpoint(connectEndpoint, `/oauth/${module.name}/connect${query}`, { cookies, headers });
        const answer = await keeping.run(asked);
        own.cookies = keepCookies(own.cookies, answer.cookies);
        state = new URL(answer.location ?? '/', ownOrigin).searchParams.get('state') ?? state;
        return answer;
      },
      async comeBack(query, module = modules.gmail, headers = {}) {
        const parameters = new URLSearchParams({ state, ...query });
        const { cookies } = own;
        const path = `/oauth/${module.name}/callback?${parameters}`;
        const answer = await keeping.run(askEndpoint(callbackEndpoint, path, { cookies, headers }));
        own.cookies = keepCookies(own.cookies, answer.cookies);
        return answer;
      },
    };
    own.signInAs(seal);
    return own;
  }

  return {
    keeping,
    modules,
    remoteSessions,
    nativeSessions,
    tickets,
    authorizations,
    exchanges: () => exchangesAtWorkos + providers.google.calls.exchange + providers.github.calls.exchange,
    endedSessions,
    browser,
    consentAtWorkos({ module = modules.gmail, ...consent } = {}) {
      const code = `workos-code-${codes.size + exchangesAtWorkos}`;
      const grant = 'grant' in consent ? consent.grant : grantFrom(keeping, module);
      codes.set(code, {
        workosUserId: aliceOnTheWeb.workosUserId,
        workosSessionId: `session_of_${code}`,
        authMethod: module.provider === 'google' ? 'GoogleOAuth' : 'GitHubOAuth',
        ...consent,
        grant,
      });
      return code;
    },
    async statusOf({ userId }, module = modules.gmail) {
      return (await keeping.run(keeping.keeper.find(userId, module)))?.status ?? 'not_connected';
    },
    advanceSeconds: (seconds) => keeping.pass(seconds * 1000),
  };
}

/** What the provider gives for a consent to a module. */
export function grantFrom(
  { providers }: VaultKeeperUnderTest,
  { provider, scopes }: Module,
  account = alicesAccount,
): ProviderGrant {
  return providers[provider].consent(account, scopes);
}

/** How a consent ended, out of where its browser is led. */
export function endOf({ location = '' }: EndpointAnswer): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(location, ownOrigin).searchParams);
}
