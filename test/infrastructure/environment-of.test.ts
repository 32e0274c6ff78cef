/** What TypeScript refuses in the environment of a function; `npm run types` is the judge of this file. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as v from 'valibot';
import { describe, expectTypeOf, it } from 'vitest';
import type { EnvironmentOf, Grant } from '../../lib/constructs/grant.ts';

const env = v.object({
  STAGE: v.string(),
  SECONDS: v.pipe(v.string(), v.transform(Number)),
  USERS_TABLE: v.string(),
  NOTE: v.optional(v.string(), ''),
});

const grant: Grant = { value: 'users', statements: [new PolicyStatement()] };

describe('EnvironmentOf', () => {
  it('asks for what the schema reads, as strings, and for resources with their grants', () => {
    expectTypeOf<EnvironmentOf<{ env: typeof env }>>().toEqualTypeOf<{
      readonly STAGE: string;
      readonly SECONDS: string;
      readonly USERS_TABLE: Grant;
      readonly NOTE?: string;
    }>();
  });

  it('accepts all of them', () => {
    expectTypeOf({ STAGE: 'dev', SECONDS: '60', USERS_TABLE: grant }).toExtend<EnvironmentOf<{ env: typeof env }>>();
  });

  it('does not compile with a forgotten variable', () => {
    expectTypeOf({ STAGE: 'dev', USERS_TABLE: grant }).not.toExtend<EnvironmentOf<{ env: typeof env }>>();
  });

  it('does not compile with a resource that comes without its grant', () => {
    expectTypeOf({ STAGE: 'dev', SECONDS: '60', USERS_TABLE: 'users' }).not.toExtend<
      EnvironmentOf<{ env: typeof env }>
    >();
  });
});
