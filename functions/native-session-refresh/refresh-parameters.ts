/** What `POST /native/session/refresh` takes. */
import * as v from 'valibot';

export const refreshRequest = v.pipe(
  v.object({ refreshToken: v.pipe(v.string(), v.description('The latest one of the session.')) }),
  v.readonly(),
  v.description('A session’s refresh token.'),
);
