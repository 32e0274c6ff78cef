/**
 * Google and GitHub in memory, as far as the keeper of tokens sees them: who consented, which tokens are good, and whatever a
 * test wants to go wrong. Google's refresh token is good for any number of access tokens; GitHub's tokens last for ever, or where
 * its app is set so for eight hours, with a refresh token that is good for one use and takes the old access token with it.
 */
import type { Clock } from '../../functions/shared/domain/clock.ts';
import type { ProviderName } from '../../functions/shared/domain/modules.ts';
import {
  type Provider,
  type ProviderAccount,
  ProviderFailure,
  type ProviderFailureKind,
  type ProviderGrant,
  type ProviderTokens,
} from '../../functions/shared/domain/provider.ts';

export type ProviderCall = 'account' | 'exchange' | 'refresh' | 'revoke';

export interface MemoryProvider extends Provider {
  /** Somebody consents: their account, and what the provider answers to the code. */
  consent(account: ProviderAccount, scopes?: readonly string[]): ProviderGrant;
  /** As `consent`, by the code that is then exchanged. */
  code(account: ProviderAccount, scopes?: readonly string[]): string;
  /** How often it was asked, whatever it answered. */
  readonly calls: Readonly<Record<ProviderCall, number>>;
  /** The next calls of this kind fail, one for each. */
  failNext(call: ProviderCall, ...failures: readonly (ProviderFailure | ProviderFailureKind)[]): void;
  /** The next call of this kind is done, and its answer never arrives. */
  loseAnswer(call: ProviderCall): void;
  /** Comes between the next call of this kind and its answer. */
  interrupt(call: ProviderCall, meanwhile: () => Promise<unknown>): void;
  /** The user takes their consent back, at the provider's own page. */
  withdraw(accountId: string): void;
  /** Whether an access token opens anything. */
  isGood(accessToken: string | undefined): boolean;
  /** How many grants of this account live. */
  grantsOf(accountId: string): number;
  /** Google: the next refresh brings a new refresh token, and the one before is good for nothing. */
  rotateNext(): void;
  /** GitHub: whether its app's tokens expire. What was granted before stays as it is. */
  expires: boolean;
}

export interface MemoryProviders extends Readonly<Record<ProviderName, MemoryProvider>> {
  readonly google: MemoryProvider;
  readonly github: MemoryProvider;
}

export function createMemoryProviders(clock: Clock): MemoryProviders {
  return {
    google: createMemoryProvider('google', clock),
    github: createMemoryProvider('github', clock),
  };
}

interface LivingGrant {
  readonly account: ProviderAccount;
  readonly scopes: readonly string[];
  readonly expires: boolean;
  accessTokens: readonly { readonly token: string; readonly expiresAt: Date | undefined }[];
  refreshToken: string | undefined;
}

const accessSeconds = { google: 3600, github: 8 * 3600 };
const refreshSeconds = 15_897_600;

function createMemoryProvider(name: ProviderName, clock: Clock): MemoryProvider {
  const isGoogle = name === 'google';
  const codes = new Map<string, { account: ProviderAccount; scopes: readonly string[] }>();
  const failures: Record<ProviderCall, (ProviderFailure | ProviderFailureKind)[]> = {
    account: [],
    exchange: [],
    refresh: [],
    revoke: [],
  };
  const lost = new Set<ProviderCall>();
  const interruptions = new Map<ProviderCall, () => Promise<unknown>>();
  const calls: Record<ProviderCall, number> = { account: 0, exchange: 0, refresh: 0, revoke: 0 };
  let grants: LivingGrant[] = [];
  let count = 0;
  let isRotating = false;

  const inSeconds = (seconds: number): Date => new Date(clock().getTime() + seconds * 1000);
  const isLive = (expiresAt: Date | undefined): boolean => expiresAt === undefined || expiresAt > clock();
  const find = (accessToken: string | undefined): LivingGrant | undefined =>
    grants.find((grant) =>
      grant.accessTokens.some(({ token, expiresAt }) => token === accessToken && isLive(expiresAt)),
    );

  /** Names tell whose they are, so that a test sees at a glance which one came where. */
  const issue = (grant: LivingGrant): ProviderGrant => {
    count += 1;
    const mark = `${name}-${grant.account.id}-${count}`;
    const expiresAt = grant.expires ? inSeconds(accessSeconds[name]) : undefined;
    const access = { token: `access-${mark}`, expiresAt };
    grant.accessTokens = isGoogle ? [...grant.accessTokens, access] : [access];
    const isNewRefreshToken = grant.expires && (!isGoogle || grant.refreshToken === undefined || isRotating);
    isRotating = false;
    if (isNewRefreshToken) grant.refreshToken = `refresh-${mark}`;
    return {
      tokens: {
        accessToken: access.token,
        ...(expiresAt && { accessTokenExpiresAt: expiresAt }),
        ...(isNewRefreshToken && grant.refreshToken !== undefined && { refreshToken: grant.refreshToken }),
        ...(isNewRefreshToken && !isGoogle && { refreshTokenExpiresAt: inSeconds(refreshSeconds) }),
      },
      scopes: grant.scopes,
    };
  };

  /** Counted; failed, held up or lost as the test has it. */
  async function answer<Value>(call: ProviderCall, act: () => Value): Promise<Value> {
    calls[call] += 1;
    const failure = failures[call].shift();
    if (failure !== undefined) throw typeof failure === 'string' ? failureOf(failure) : failure;
    const value = act();
    const meanwhile = interruptions.get(call);
    interruptions.delete(call);
    await meanwhile?.();
    if (lost.delete(call)) throw failureOf('later');
    return value;
  }

  const provider: MemoryProvider = {
    name,
    identityScopes: isGoogle ? ['openid', 'email'] : [],
    consentParameters: isGoogle ? { access_type: 'offline', prompt: 'consent' } : {},
    needsRefreshToken: isGoogle,
    calls,
    expires: isGoogle,
    toKeep: ({ tokens }): ProviderTokens =>
      isGoogle ? { ...(tokens.refreshToken !== undefined && { refreshToken: tokens.refreshToken }) } : tokens,
    authorizationUrl: ({ state }) => Promise.resolve(`https://${name}.example/authorize?state=${state}`),
    exchange: (code) =>
      answer('exchange', () => {
        const consented = codes.get(code);
        codes.delete(code);
        if (!consented) throw failureOf('refused');
        return provider.consent(consented.account, consented.scopes);
      }),
    refresh: (refreshToken) =>
      answer('refresh', () => {
        const grant = grants.find((candidate) => candidate.refreshToken === refreshToken);
        if (!grant) throw failureOf('refused');
        return issue(grant);
      }),
    account: (accessToken) =>
      answer('account', () => {
        const grant = find(accessToken);
        if (!grant) throw failureOf('refused');
        return grant.account;
      }),
    revoke: (tokens) =>
      answer('revoke', () => {
        const grant = isGoogle
          ? grants.find(({ refreshToken }) => refreshToken === tokens.refreshToken)
          : find(tokens.accessToken);
        // Google ends all that the account granted to the project, GitHub this grant alone.
        grants = grants.filter((other) => (isGoogle ? other.account.id !== grant?.account.id : other !== grant));
      }),
    consent(account, scopes = ['all']) {
      const grant: LivingGrant = {
        account,
        scopes,
        expires: provider.expires,
        accessTokens: [],
        refreshToken: undefined,
      };
      grants.push(grant);
      return issue(grant);
    },
    code(account, scopes = ['all']) {
      count += 1;
      codes.set(`code-${count}`, { account, scopes });
      return `code-${count}`;
    },
    failNext: (call, ...more) => void failures[call].push(...more),
    loseAnswer: (call) => void lost.add(call),
    interrupt: (call, meanwhile) => void interruptions.set(call, meanwhile),
    rotateNext: () => void (isRotating = true),
    withdraw: (accountId) => void (grants = grants.filter(({ account }) => account.id !== accountId)),
    isGood: (accessToken) => find(accessToken) !== undefined,
    grantsOf: (accountId) => grants.filter(({ account }) => account.id === accountId).length,
  };
  return provider;
}

function failureOf(kind: ProviderFailureKind): ProviderFailure {
  return new ProviderFailure(kind, `the provider in memory: ${kind}`);
}
