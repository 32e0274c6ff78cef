import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../../functions/shared/aws/read-env.ts';

const schema = v.object({
  STAGE: v.pipe(v.string(), v.nonEmpty()),
  SECONDS: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)),
});

describe('readEnv()', () => {
  it('gives what the schema makes of the variables, and none that it does not name', () => {
    expect(readEnv(schema, { STAGE: 'prod', SECONDS: '60', HOME: '/root' })).toStrictEqual({
      STAGE: 'prod',
      SECONDS: 60,
    });
  });

  it("reads the process's own unless given others", () => {
    const { PATH } = readEnv(v.object({ PATH: v.string() }));
    expect(PATH).toBe(process.env['PATH']);
  });

  it('names every variable that is missing or malformed, and no value', () => {
    expect(() => readEnv(schema, { SECONDS: 'hunter2' })).toThrow(
      /^missing or malformed in the function's environment: STAGE, SECONDS$/,
    );
    expect(() => readEnv(schema, { STAGE: '', SECONDS: '1' })).toThrow(/: STAGE$/);
  });
});
