import * as v from 'valibot';
import { list } from '../shared/wiring/env.ts';

export const env = v.object({
  /** Methods by path, as `Routes` in default-route.ts. */
  WEB_ORIGINS: list,
  ROUTES: v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.array(v.string()))),
});
