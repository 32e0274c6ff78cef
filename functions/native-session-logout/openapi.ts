/** The end of a native session, described. */
import type { Operations } from '../shared/openapi/operation.ts';
import { logoutRequest } from './logout-parameters.ts';

export const schemas = { LogoutRequest: logoutRequest };

export const operations = {
  'POST /native/session/logout': {
    id: 'logoutNativeSession',
    summary: 'Ends a native session, here and at WorkOS',
    description: `Needs no proof of a key: who holds a refresh token may end what it stands for. A token that is unknown or ended is answered
the same, so that an app can always forget it. After 503 the session may have ended here and not at WorkOS: send it again.`,
    session: 'ignored',
    body: { 'application/json': logoutRequest },
    replies: { 204: { description: 'There is no such session any more.' } },
    errors: { form: 'json', codes: ['invalid_request', 'unsupported_media_type'] },
  },
} satisfies Operations;
