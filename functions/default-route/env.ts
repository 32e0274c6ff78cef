import * as v from 'valibot';

export const env = v.object({
  /** Methods by path, as `Routes` in default-route.ts. */
  ROUTES: v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.array(v.string()))),
});
