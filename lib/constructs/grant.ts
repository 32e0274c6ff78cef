/** Variables of a function that name a resource, tied to what the function may do with it. */
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type * as v from 'valibot';

/** The name of a resource for the environment, and the permissions that make it useful. */
export interface Grant {
  readonly value: string;
  readonly statements: readonly PolicyStatement[];
}

/** A module `functions/<name>/env.ts`. */
export interface EnvModule {
  readonly env: v.GenericSchema<Readonly<Record<string, string | undefined>>, unknown>;
}

type NamesResource =
  | `${string}_SECRET_ID`
  | `${string}_KEY_ID`
  | `${string}_TABLE`
  | `${string}_BUS`
  | `${string}_QUEUE_URL`;

/**
 * What a function's `env.ts` asks for, as its construct must give it: a forgotten variable does not compile, and neither
 * does the name of a secret, a key, a table, a queue or a bus that comes without its grant.
 */
export type EnvironmentOf<Module extends EnvModule> = {
  readonly [Name in keyof v.InferInput<Module['env']>]: Name extends NamesResource ? Grant : string;
};
