/** The body of every failure that is told in JSON. Only its type is at work at run time. */
import * as v from 'valibot';
import { connectErrorCodes, loginErrorCodes, requestErrorCodes } from '../domain/auth-error.ts';

export const errorCode = v.pipe(
  v.picklist([...new Set([...loginErrorCodes, ...connectErrorCodes, ...requestErrorCodes])]),
  v.description('What went wrong, for programs. Codes may be added.'),
);

const answer = v.object({
  error: errorCode,
  error_description: v.pipe(v.string(), v.description('For a developer; never to be parsed.')),
  request_id: v.pipe(v.string(), v.description('The one that the log has, and the header `apigw-requestid`.')),
});

export const errorAnswer = v.pipe(answer, v.readonly(), v.description('Every failure that is told in JSON.'));

export type ErrorAnswer = v.InferOutput<typeof errorAnswer>;
