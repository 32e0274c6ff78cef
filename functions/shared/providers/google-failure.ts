/** What Google says no with: OAuth errors by RFC 6749 §5.2, its APIs by an error object. */
import * as v from 'valibot';
import { ProviderFailure, type ProviderFailureKind } from '../domain/provider.ts';
import { type ProviderAnswer, toReason } from './call-provider.ts';

const oauthError = v.object({ error: v.string() });
const apiError = v.object({
  error: v.object({
    status: v.optional(v.string()),
    errors: v.optional(v.array(v.object({ reason: v.optional(v.string()) }))),
    details: v.optional(v.array(v.object({ reason: v.optional(v.string()) }))),
  }),
});

const kindsOfOauthErrors: Readonly<Record<string, ProviderFailureKind>> = {
  invalid_grant: 'refused',
  admin_policy_enforced: 'refused',
  invalid_client: 'misconfigured',
  unauthorized_client: 'misconfigured',
  deleted_client: 'misconfigured',
  disabled_client: 'misconfigured',
};

/** 403 has many reasons: of quota, which pass; of the grant; and of our project, where an API was not enabled. */
const kindsOfApiErrors: Readonly<Record<string, ProviderFailureKind>> = {
  rateLimitExceeded: 'later',
  userRateLimitExceeded: 'later',
  dailyLimitExceeded: 'later',
  quotaExceeded: 'later',
  RATE_LIMIT_EXCEEDED: 'later',
  insufficientPermissions: 'forbidden',
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: 'forbidden',
  domainPolicy: 'forbidden',
  failedPrecondition: 'forbidden',
  accessNotConfigured: 'misconfigured',
  SERVICE_DISABLED: 'misconfigured',
};

/** Of the token and revocation endpoints. */
export function oauthFailure(what: string, { status, body }: ProviderAnswer): ProviderFailure {
  const reason = v.is(oauthError, body) ? toReason(body.error) : undefined;
  const kind = (reason !== undefined && kindsOfOauthErrors[reason]) || 'unexpected';
  return new ProviderFailure(kind, `${what}: ${status}`, { reason });
}

/**
 * Of an API. A 401 is `later`: the access token is a minute old, and whether the grant is over is for the token endpoint to say
 * (`invalid_grant`) at the next refresh.
 */
export function apiFailure(what: string, { status, body }: ProviderAnswer): ProviderFailure {
  const reasons = v.is(apiError, body)
    ? [...(body.error.errors ?? []), ...(body.error.details ?? [])].flatMap(({ reason }) => toReason(reason) ?? [])
    : [];
  const reason = reasons.find((each) => kindsOfApiErrors[each] !== undefined) ?? reasons[0];
  return new ProviderFailure(kindOf(status, reason), `${what}: ${status}`, { reason });
}

function kindOf(status: number, reason: string | undefined): ProviderFailureKind {
  const known = reason === undefined ? undefined : kindsOfApiErrors[reason];
  if (known) return known;
  if (status === 401) return 'later';
  return status === 404 ? 'not_found' : 'unexpected';
}
