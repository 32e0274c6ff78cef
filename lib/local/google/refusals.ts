/** Google's refusals in their shapes: OAuth's at the token endpoint, those of its APIs elsewhere. */
import type { RefusingFault } from '../faulty-answer.ts';
import { json, type Reply } from '../front/http.ts';
import { Refusal } from '../front/refusal.ts';

/** RFC 6749 §5.2 */
export function oauthRefusal(error: string, description: string): Refusal {
  const status = error.endsWith('_client') ? 401 : 400;
  return new Refusal(status, { error, error_description: description });
}

export function invalidCredentials(): Refusal {
  const message = 'Request had invalid authentication credentials. Expected OAuth 2 access token.';
  return new Refusal(401, apiError(401, 'UNAUTHENTICATED', 'authError', message), { 'www-authenticate': 'Bearer' });
}

export function insufficientScopes(): Refusal {
  return new Refusal(403, {
    error: {
      ...apiError(
        403,
        'PERMISSION_DENIED',
        'insufficientPermissions',
        'Request had insufficient authentication scopes.',
      ).error,
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
          domain: 'googleapis.com',
        },
      ],
    },
  });
}

/** Somebody else's mailbox. */
export function delegationDenied(): Refusal {
  return new Refusal(403, apiError(403, 'PERMISSION_DENIED', 'forbidden', 'Delegation denied for this account.'));
}

export function notFound(): Refusal {
  return new Refusal(404, apiError(404, 'NOT_FOUND', 'notFound', 'Requested entity was not found.'));
}

function apiError(code: number, status: string, reason: string, message: string) {
  return { error: { code, message, errors: [{ message, domain: 'global', reason }], status } };
}

const oauthErrors: Readonly<Record<number, string>> = {
  400: 'invalid_grant',
  401: 'invalid_client',
  429: 'rate_limit_exceeded',
};

/** Status words and reasons of the APIs, by HTTP status. Google says "too often" with 403 as well as with 429. */
const apiErrors: Readonly<Record<number, readonly [status: string, reason: string]>> = {
  400: ['FAILED_PRECONDITION', 'failedPrecondition'],
  401: ['UNAUTHENTICATED', 'authError'],
  403: ['PERMISSION_DENIED', 'userRateLimitExceeded'],
  404: ['NOT_FOUND', 'notFound'],
  429: ['RESOURCE_EXHAUSTED', 'rateLimitExceeded'],
};

/** What Google says where a fault switch wants it to refuse. */
export function failure(operation: string, fault: RefusingFault): Reply {
  const { status, retryAfterSeconds } =
    fault.kind === 'throttle' ? { status: 429, retryAfterSeconds: undefined } : fault;
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': `${retryAfterSeconds}` };
  const message = `The local Google answers ${status} here because LOCAL_FAULTS says so.`;
  if (operation === 'gmail' || operation === 'calendar') {
    const [word, reason] = apiErrors[status] ?? ['UNAVAILABLE', 'backendError'];
    return json(status, apiError(status, word, reason, message), headers);
  }
  return json(status, { error: oauthErrors[status] ?? 'internal_failure', error_description: message }, headers);
}
