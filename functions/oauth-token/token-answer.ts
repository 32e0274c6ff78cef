/** What the token endpoint gives (RFC 6749 §5.1, RFC 9449 §5). Only its type is at work at run time. */
import * as v from 'valibot';

/** The one scope there is: every session can be refreshed. Others, `openid` among them, are not granted. */
export const grantedScope = 'offline_access';

export const tokenAnswer = v.pipe(
  v.object({
    access_token: v.pipe(v.string(), v.description('A JWT (RFC 9068).')),
    token_type: v.pipe(
      v.picklist(['Bearer', 'DPoP']),
      v.description('`DPoP`: both tokens are bound to the proof’s key.'),
    ),
    expires_in: v.pipe(v.number(), v.integer(), v.minValue(1), v.description('Of `access_token`, in seconds.')),
    refresh_token: v.pipe(v.string(), v.description('Takes the place of the one before it.')),
    scope: v.pipe(v.literal(grantedScope), v.description('What was granted, whatever was asked for.')),
  }),
  v.readonly(),
  v.description('The tokens of a native session, as OAuth tells them.'),
);

export type TokenAnswer = v.InferOutput<typeof tokenAnswer>;
