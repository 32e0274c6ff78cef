/** What `POST /native/session/logout` takes. */
import * as v from 'valibot';

export const logoutRequest = v.pipe(
  v.object({ refreshToken: v.pipe(v.string(), v.description('Any of the session, spent ones too.')) }),
  v.readonly(),
  v.description('The session that is to end, by a refresh token of it.'),
);
