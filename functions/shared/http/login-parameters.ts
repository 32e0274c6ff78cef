/** The parameters that ask for a kind of login, at `/login` and at `/oauth/authorize`. */
import * as v from 'valibot';
import { AuthError } from '../domain/auth-error.ts';
import { type LoginProvider, loginProviders } from '../domain/login-transaction.ts';
import { singleParameters } from './query.ts';

const maxCharacters = 256;
/** What `connection_id` makes of a login is no provider that could be asked for. */
const providerNames = loginProviders.filter((name) => name !== 'connection');
const hint = v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(maxCharacters)));

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

/**
 * @param providers the values of `provider` that the stage offers beside `authkit`.
 * @throws AuthError `invalid_request` that names the parameter: unknown value, too long, or given twice.
 */
export function parseLoginParameters(query: URLSearchParams, providers: readonly string[]) {
  const parsed = v.safeParse(loginParameters, singleParameters(query, Object.keys(loginParameters.entries)));
  if (!parsed.success) {
    const wrong = [...new Set(parsed.issues.map((issue) => v.getDotPath(issue)))].join(', ');
    throw new AuthError('invalid_request', `parameters of a login: ${wrong}`, { field: wrong });
  }
  const parameters = parsed.output;
  const provider: LoginProvider =
    parameters.connection_id === undefined ? (parameters.provider ?? 'authkit') : 'connection';
  if (provider !== 'authkit' && provider !== 'connection' && !providers.includes(provider)) {
    throw new AuthError('invalid_request', 'the stage does not list this provider', { field: 'provider' });
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
