/** What `GET /sessions` tells. Only its type is at work at run time. */
import * as v from 'valibot';
import { sessionId } from '../shared/domain/session-id.ts';

const moment = (description: string) => v.pipe(v.string(), v.isoTimestamp(), v.description(description));

const session = v.object({
  id: sessionId,
  kind: v.picklist(['web', 'native']),
  current: v.pipe(v.boolean(), v.description('Whether it is the one that asks.')),
  createdAt: moment('When the user signed in.'),
  lastSeenAt: moment(
    'At its sign-in or last refresh: every five minutes in a browser that is in use, every hour in an app.',
  ),
  userAgent: v.pipe(v.nullable(v.string()), v.description('What the browser or the app said it is.')),
  ip: v.pipe(v.nullable(v.string()), v.description('The address it was last seen at.')),
});

export const listedSession = v.pipe(session, v.readonly(), v.description('One session of this user.'));

export const sessionsAnswer = v.pipe(
  v.object({ sessions: v.pipe(v.array(listedSession), v.readonly(), v.description('The latest first.')) }),
  v.readonly(),
  v.description('Where this user is signed in.'),
);

export type SessionsAnswer = v.InferOutput<typeof sessionsAnswer>;
