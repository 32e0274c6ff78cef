/** The environment variables of an instance: Lambda's, the function's own, and nothing of this machine but where programs are. */
import type { FunctionDefinition } from './function-definition.ts';

export interface InstanceAddress {
  /** `host:port` of its Runtime API. */
  readonly runtimeApi: string;
  readonly logStreamName: string;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
export function instanceEnvironment(definition: FunctionDefinition, instance: InstanceAddress): Record<string, string> {
  const region = definition.arn.split(':')[3] ?? '';
  return {
    PATH: process.env['PATH'] ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: instance.logStreamName,
    AWS_LAMBDA_RUNTIME_API: instance.runtimeApi,
    LAMBDA_TASK_ROOT: definition.codePath,
    ...definition.environment,
    _HANDLER: definition.handler,
  };
}
