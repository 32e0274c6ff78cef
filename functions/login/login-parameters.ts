/** The parameters of `/login`, but for `return_to` and `error`, which never stop a login. */
import * as v from 'valibot';
import { AuthError } from '../shared/domain/auth-error.ts';
import { loginProviders } from '../shared/domain/login-transaction.ts';
import { singleParameter } from '../shared/http/query.ts';

const maxCharacters = 256;
const hint = v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(maxCharacters)));

const schema = v.object({
  origin: v.optional(v.picklist(['web', 'native']), 'web'),
  // `connection` is our word for a connection_id, and no provider of WorkOS's.
  provider: v.optional(v.pipe(v.picklist(loginProviders), v.notValue('connection'))),
  connection_id: hint,
  organization_id: hint,
  login_hint: hint,
  domain_hint: hint,
  screen_hint: v.optional(v.picklist(['sign-in', 'sign-up'])),
  invitation_token: hint,
});

const names = Object.keys(schema.entries);

/**
 * @param providers the values of `provider` that the stage offers beside `authkit`.
 * @throws AuthError `invalid_request` that names the parameter: unknown value, too long, or given twice.
 */
export function parseLoginParameters(query: URLSearchParams, providers: readonly string[]) {
  const given = Object.fromEntries(
    names.flatMap((name) => (query.has(name) ? [[name, singleParameter(query, name)]] : [])),
  );
  const parsed = v.safeParse(schema, given);
  if (!parsed.success) {
    const wrong = new Set(parsed.issues.map((issue) => v.getDotPath(issue)));
    throw new AuthError('invalid_request', `parameters of /login: ${[...wrong].join(', ')}`);
  }
  const parameters = parsed.output;
  const provider = parameters.connection_id === undefined ? (parameters.provider ?? 'authkit') : 'connection';
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
