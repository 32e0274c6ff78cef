/** What `GET /modules` tells. Only its type is at work at run time. */
import * as v from 'valibot';
import { moduleAnswer } from '../shared/http/module-answer.ts';

export const modulesAnswer = v.pipe(
  v.object({
    modules: v.pipe(
      v.array(moduleAnswer),
      v.readonly(),
      v.description('Every module of this stage, connected or not.'),
    ),
  }),
  v.readonly(),
  v.description('What this user has connected.'),
);

export type ModulesAnswer = v.InferOutput<typeof modulesAnswer>;
