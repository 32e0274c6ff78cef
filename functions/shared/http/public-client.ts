/** Clients of the OAuth endpoints are public (RFC 6749 §2.1): they send `client_id` alone, since an app can keep no secret. */
import { AuthError } from '../domain/auth-error.ts';
import { findClient, type NativeClient } from '../domain/native-clients.ts';
import { triesBasic } from './oauth-error.ts';
import type { HttpRequest } from './request.ts';

/** RFC 6749 §2.3.1, RFC 7521 §4.2. */
const credentials = ['client_secret', 'client_assertion', 'client_assertion_type'];

/**
 * Whoever sends a secret believes that it protects something.
 * @throws AuthError `invalid_client` (RFC 6749 §5.2: "unsupported authentication method")
 */
export function refuseClientAuthentication(request: HttpRequest, form: URLSearchParams): void {
  if (triesBasic(request) || credentials.some((name) => form.getAll(name).some(Boolean)))
    throw new AuthError('invalid_client', 'clients are public and authenticate by nothing');
}

/** @throws AuthError `invalid_client` */
export function requireClient(clients: readonly NativeClient[], clientId: string): void {
  if (!findClient(clients, clientId)) throw new AuthError('invalid_client', 'not in the settings of this stage');
}
