/** What the endpoints of OAuth's tokens answer alike. */
import * as v from 'valibot';
import { errorAnswer } from '../http/error-answer.ts';
import { jsonReply, type Reply } from './reply.ts';

export const triesToAuthenticate: Reply = {
  ...jsonReply(
    '`invalid_client`: the request has `Authorization: Basic`, and clients here are public.',
    v.intersect([errorAnswer, v.object({ error: v.literal('invalid_client') })]),
  ),
  headers: ['ClientAuthentication'],
};
