/** What `GET /session` tells. Only its type is at work at run time. */
import * as v from 'valibot';
import { sessionId } from '../shared/domain/session-id.ts';

const text = (description: string) => v.pipe(v.string(), v.description(description));
const textOrNull = (description: string) => v.pipe(v.nullable(v.string()), v.description(description));

export const impersonator = v.pipe(
  v.object({ email: v.string(), reason: textOrNull('As they gave it.') }),
  v.readonly(),
  v.description('The WorkOS administrator who acts as the user.'),
);

const answer = v.object({
  authenticated: v.literal(true),
  uid: v.pipe(
    v.string(),
    v.regex(/^usr_[0-9a-f]{32}$/),
    v.description('The user, the same in every session and for good.'),
  ),
  email: text('As WorkOS has it. It may change, and so is no key to store things under.'),
  name: text('First and last name; the e-mail address where WorkOS knows none.'),
  pictureUrl: textOrNull('From the identity provider, unchecked.'),
  organizationId: textOrNull('The WorkOS organization that this session is in.'),
  roles: v.pipe(v.array(v.string()), v.readonly(), v.description('In that organization.')),
  authMethod: textOrNull('How WorkOS says the user signed in: `Password`, `GoogleOAuth`, `SSO` …'),
  impersonator: v.exactOptional(impersonator),
  sessionId: v.pipe(sessionId, v.description('As in `GET /sessions`.')),
  expiresAt: v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.description(
      'When the access token ends. A later request refreshes a cookie’s by itself; an app refreshes its JWT.',
    ),
  ),
});

export const sessionAnswer = v.pipe(answer, v.readonly(), v.description('Who is signed in.'));

export type SessionAnswer = v.InferOutput<typeof sessionAnswer>;
