/**
 * From the answer to a consent to a grant that may be kept. What can be told without the provider is checked first: where that
 * fails, nothing is exchanged.
 */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Log } from '../shared/domain/log.ts';
import { abandonSession } from '../shared/domain/login-grant.ts';
import { isExpired, loginTransactionTtlSeconds } from '../shared/domain/login-transaction.ts';
import type { Module } from '../shared/domain/modules.ts';
import type { Once } from '../shared/domain/once.ts';
import type { RemoteSessions } from '../shared/domain/remote-sessions.ts';
import { deriveUserId } from '../shared/domain/user-id.ts';
import type { ClientInfo } from '../shared/domain/web-sessions.ts';
import { abandonGrant, type AbandoningParts } from './abandon-grant.ts';
import { checkGrant, type ObtainedGrant } from './check-grant.ts';
import type { ConsentAnswer } from './consent-answer.ts';
import { exchangeConsent, type ExchangedCode, type ExchangeParts } from './exchange-consent.ts';

export interface GrantParts extends AbandoningParts, ExchangeParts {
  readonly once: Pick<Once, 'claim'>;
  readonly remoteSessions: RemoteSessions;
}

export interface ConsentToFinish {
  readonly module: Module;
  readonly answer: ConsentAnswer;
  /** The one that this browser started. */
  readonly flow: { readonly id: string; readonly issuedAt: Date; readonly codeVerifier: string };
  readonly client: ClientInfo;
  readonly log: Log;
  readonly now: Date;
}

/** Whose consent it is to be. */
export interface ConsentingUser {
  readonly userId: string;
  readonly workosUserId: string;
}

/** @throws AuthError with a code of a connect; `temporarily_unavailable` where somebody behind us did not answer. The code is spent then. */
export async function obtainGrant(
  parts: GrantParts,
  consent: ConsentToFinish,
  by: ConsentingUser,
): Promise<ObtainedGrant> {
  const { module, flow, client, log } = consent;
  const code = await readCode(parts, consent);
  const exchanged = await exchangeConsent(parts, { module, code, codeVerifier: flow.codeVerifier, client, log });
  // Its end and our checks do not wait for each other.
  const abandoned = exchanged.signedIn && abandonSession(parts.remoteSessions, exchanged.signedIn, log);
  try {
    return await judge(parts, consent, exchanged, by);
  } finally {
    await abandoned;
  }
}

async function readCode(
  { once, providers }: GrantParts,
  { module, answer, flow, now }: ConsentToFinish,
): Promise<string> {
  const { code, error, iss } = answer;
  if (isExpired(flow.issuedAt, now)) throw new AuthError('auth_failed', 'the consent took longer than ten minutes');
  if (error === 'access_denied') throw new AuthError('consent_refused', 'the user did not give the consent');
  if (error !== undefined || !code) throw new AuthError('auth_failed', 'the consent came back with an error');
  const { issuer } = providers[module.provider];
  // RFC 9207 §2.4. WorkOS says none.
  if (module.connectVia === 'direct' && iss !== undefined && issuer !== undefined && iss !== issuer)
    throw new AuthError('auth_failed', 'the answer names another issuer than the provider');
  const until = new Date(flow.issuedAt.getTime() + loginTransactionTtlSeconds * 1000);
  if (!(await once.claim('connect', flow.id, until, now)))
    throw new AuthError('auth_failed', 'the consent came back before');
  return code;
}

/** Whatever is wrong: nothing of the grant stays. */
async function judge(
  parts: GrantParts,
  { module, log }: ConsentToFinish,
  { grant, signedIn, otherMethod }: ExchangedCode,
  by: ConsentingUser,
): Promise<ObtainedGrant> {
  if (!grant) {
    log.error('connect.no_provider_tokens', {});
    throw new AuthError('auth_failed', 'WorkOS hands on no tokens of the provider');
  }
  const other = signedIn && signedIn.workosUserId !== by.workosUserId ? signedIn.workosUserId : undefined;
  try {
    if (other !== undefined) throw new AuthError('account_mismatch', 'the account signs in as another user');
    if (otherMethod !== undefined) throw new AuthError('auth_failed', `WorkOS signed the user in by ${otherMethod}`);
    return await checkGrant(parts.providers[module.provider], module, grant, log);
  } catch (cause) {
    const userIds = [by.userId, ...(other === undefined ? [] : [deriveUserId(other)])];
    await abandonGrant(parts, { module, tokens: grant.tokens, userIds }, log);
    throw cause;
  }
}
