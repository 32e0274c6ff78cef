/** WorkOS's refusals in their shapes: OAuth's for grants, `{code, message}` for demands, a bare message elsewhere. */
import { Refusal } from '../front/refusal.ts';
import { newId } from './ids.ts';

/** RFC 6749 §5.2: what `/user_management/authenticate` answers to a bad grant or client. */
export function oauthRefusal(error: string, description: string): Refusal {
  return new Refusal(400, { error, error_description: description });
}

export function invalidGrant(description: string): Refusal {
  return oauthRefusal('invalid_grant', description);
}

export function unauthorized(): Refusal {
  return new Refusal(401, { message: 'Unauthorized' });
}

export function notFound(what: string, id: string): Refusal {
  return new Refusal(404, { message: `${what} not found: '${id}'.` });
}

/** What WorkOS may ask for before it hands out tokens; `LocalWorkos.settings.demand` turns one on for every sign-in and refresh. */
export type Demand =
  | 'email_verification_required'
  | 'mfa_challenge'
  | 'mfa_enrollment'
  | 'organization_selection_required'
  | 'radar_challenge'
  | 'sso_required';

/**
 * The refusal that makes a demand. Two of them come in OAuth's shape with 400: `sso_required` always, `mfa_enrollment` at
 * a refresh, which has no flow to go on with. The others are 403 and carry a token to go on with.
 */
export function demandRefusal(demand: Demand, grant: 'code' | 'refresh', email: string): Refusal {
  const description = `The request failed due to: ${demand}.`;
  if (demand === 'sso_required') {
    return new Refusal(400, { error: demand, error_description: description, connection_ids: [], email });
  }
  if (demand === 'mfa_enrollment' && grant === 'refresh') return oauthRefusal(demand, description);
  return new Refusal(403, {
    code: demand,
    message: description,
    pending_authentication_token: newId('pending'),
    email,
  });
}
