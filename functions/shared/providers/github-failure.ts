/** What GitHub says no with. Its token endpoint answers 200 and an error; its API says in headers when to come back. */
import * as v from 'valibot';
import { ProviderFailure, type ProviderFailureKind } from '../domain/provider.ts';
import { type ProviderAnswer, secondsUntilAllowed, toReason } from './call-provider.ts';

const oauthError = v.object({ error: v.string() });

const kindsOfOauthErrors: Readonly<Record<string, ProviderFailureKind>> = {
  bad_refresh_token: 'refused',
  bad_verification_code: 'refused',
  incorrect_client_credentials: 'misconfigured',
  redirect_uri_mismatch: 'misconfigured',
};

/** @returns `undefined` where the answer is no error. */
export function oauthFailure(what: string, { status, body }: ProviderAnswer): ProviderFailure | undefined {
  const hasError = v.is(oauthError, body);
  if (status === 200 && !hasError) return undefined;
  const reason = hasError ? toReason(body.error) : undefined;
  const kind = (reason !== undefined && kindsOfOauthErrors[reason]) || 'unexpected';
  return new ProviderFailure(kind, `${what}: ${status}`, { reason });
}

/** 401: the token is over. 403 is a limit where the headers say so, and otherwise what the grant does not allow. */
export function apiFailure(what: string, answer: ProviderAnswer, now: Date): ProviderFailure {
  const { status } = answer;
  const message = `${what}: ${status}`;
  if (status === 401) return new ProviderFailure('refused', message, { reason: 'bad_credentials' });
  if (status === 404) return new ProviderFailure('not_found', message);
  if (status !== 403) return new ProviderFailure('unexpected', message);
  const retryAfterSeconds = secondsUntilAllowed(answer, now);
  return retryAfterSeconds === undefined
    ? new ProviderFailure('forbidden', message)
    : new ProviderFailure('later', message, { reason: 'rate_limit', retryAfterSeconds });
}
