/** The parameters of `/login`: those that ask for a kind of login, and the two that never stop one. */
import * as v from 'valibot';
import { AuthError } from '../shared/domain/auth-error.ts';
import { type LoginProvider, loginProviders } from '../shared/domain/login-transaction.ts';
import { singleParameters } from '../shared/http/query.ts';

const maxCharacters = 256;
/** What `connection_id` makes of a login is no provider that could be asked for. */
const providerNames = loginProviders.filter((name) => name !== 'connection');
const hint = v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(maxCharacters)));

/** Whatever these two hold, `/login` goes on: a `return_to` that is not allowed is ignored, and any `error` shows a page. */
export const tolerantParameters = v.object({ return_to: v.optional(v.string()), error: v.optional(v.string()) });

export const loginParameters = v.object({
  origin: v.optional(v.picklist(['web', 'native']), 'web'),
  provider: v.optional(v.picklist(providerNames)),
  connection_id: hint,
  organization_id: hint,
  login_hint: hint,
  domain_hint: hint,
  screen_hint: v.optional(v.picklist(['sign-in', 'sign-up'])),
  invitation_token: hint,
});

export function parseTolerantParameters(query: URLSearchParams) {
  return v.parse(tolerantParameters, singleParameters(query, Object.keys(tolerantParameters.entries)));
}

/**
 * @param providers the values of `provider` that the stage offers beside `authkit`.
 * @throws AuthError `invalid_request` that names the parameter: unknown value, too long, or given twice.
 */
export function parseLoginParameters(query: URLSearchParams, providers: readonly string[]) {
  const parsed = v.safeParse(loginParameters, singleParameters(query, Object.keys(loginParameters.entries)));
  if (!parsed.success) {
    const wrong = new Set(parsed.issues.map((issue) => v.getDotPath(issue)));
    throw new AuthError('invalid_request', `parameters of /login: ${[...wrong].join(', ')}`);
  }
  const parameters = parsed.output;
  const provider: LoginProvider =
    parameters.connection_id === undefined ? (parameters.provider ?? 'authkit') : 'connection';
  if (provider !== 'authkit' && provider !== 'connection' && !providers.includes(provider)) {
    throw new AuthError('invalid_request', 'the stage does not list this provider');
  }
  return {
    origin: parameters.origin,
    provider,
    connectionId: parameters.connection_id,
    organizationId: parameters.organization_id,
    loginHint: parameters.login_hint,
    domainHint: parameters.domain_hint,
    // Only AuthKit's own pages know a sign-up screen.
    screenHint: provider === 'authkit' ? parameters.screen_hint : undefined,
    invitationToken: parameters.invitation_token,
  };
}
