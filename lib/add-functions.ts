/** Adds functions to a stack. Each is named as its folder in `functions/`, whose `env.ts` is the type argument. */
import type { Stack } from 'aws-cdk-lib/core';
import { Endpoint } from './constructs/endpoint.ts';
import type { EnvModule, EnvironmentOf } from './constructs/grant.ts';
import { InvokedFunction } from './constructs/invoked-function.ts';
import type { CodeOf, LambdaProps } from './constructs/lambda.ts';
import type { ConnectOptions, PublicApi, RouteKey } from './constructs/public-api.ts';
import { QueueWorker, type QueueWorkerProps } from './constructs/queue-worker.ts';
import { ScheduledJob, type ScheduledJobProps } from './constructs/scheduled-job.ts';
import type { StageSettings } from './stages.ts';

export interface AddFunctionsOptions {
  readonly settings: StageSettings;
  readonly codeOf: CodeOf;
  readonly api: PublicApi;
}

interface Route<Module extends EnvModule> extends ConnectOptions {
  readonly env: EnvironmentOf<Module>;
  /** What people notice then: a sentence for the alarm. */
  readonly whenItFails: string;
}

type Own<Props> = Omit<Props, 'codeOf' | 'settings'>;

export interface AddFunctions {
  endpoint<Module extends EnvModule>(
    routes: RouteKey | readonly RouteKey[],
    name: string,
    own: Route<Module>,
  ): Endpoint<Module>;
  worker<Module extends EnvModule>(name: string, own: Own<QueueWorkerProps<Module>>): QueueWorker<Module>;
  job<Module extends EnvModule>(name: string, own: Own<ScheduledJobProps<Module>>): ScheduledJob<Module>;
  invoked<Module extends EnvModule>(name: string, own: Own<LambdaProps<Module>>): InvokedFunction<Module>;
}

export function addFunctionsTo(stack: Stack, { settings, codeOf, api }: AddFunctionsOptions): AddFunctions {
  const shared = { settings, codeOf };
  return {
    endpoint: (routes, name, own) =>
      new Endpoint(stack, name, { ...shared, ...own, api, routes: typeof routes === 'string' ? [routes] : routes }),
    worker: (name, own) => new QueueWorker(stack, name, { ...shared, ...own }),
    job: (name, own) => new ScheduledJob(stack, name, { ...shared, ...own }),
    invoked: (name, own) => new InvokedFunction(stack, name, { ...shared, ...own }),
  };
}
