/** Lambda: `Invoke`, handed on to whatever runs the functions here. */
import { deployedFunctions } from '../deployed-functions.ts';
import type { Deployment } from '../template.ts';
import { AwsError, type AwsRequest, type AwsService, type Reply, unknownOperation } from './aws-service.ts';
import { parseJson } from './json-service.ts';

/** @returns what the function returned. @throws whatever makes its invocation fail. */
export type InvokeFunction = (name: string, payload: unknown) => Promise<unknown>;

const invocationPath = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?|$)/;

export function createLambda(deployment: Deployment, invoke: InvokeFunction): AwsService {
  const { region, accountId } = deployment;
  const names = deployedFunctions(deployment).map(({ physicalId }) => physicalId);
  const prefix = `arn:aws:lambda:${region}:${accountId}:function:`;

  return {
    name: 'lambda',
    throttlingCode: 'TooManyRequestsException',
    accessDeniedStatus: 403,
    operationOf: ({ method, target }) => {
      if (method === 'POST' && invocationPath.test(target)) return 'Invoke';
      throw unknownOperation('lambda', `${method} ${target.split('?')[0]}`);
    },
    prepare: (_operation, request) => {
      const name = functionName(request);
      return {
        permissions: [{ action: 'lambda:InvokeFunction', resource: prefix + name }],
        run: async () => {
          if (!names.includes(name)) {
            throw new AwsError('ResourceNotFoundException', `Function not found: ${prefix}${name}`, 404);
          }
          const payload = request.body.length === 0 ? {} : parseJson(request.body);
          return answer(request, invoke(name, payload));
        },
      };
    },
  };

  /** From a name or an ARN. */
  function functionName({ target }: AwsRequest): string {
    const given = decodeURIComponent(invocationPath.exec(target)?.[1] ?? '');
    return given.startsWith(prefix) ? given.slice(prefix.length) : given;
  }
}

async function answer({ headers }: AwsRequest, invocation: Promise<unknown>): Promise<Reply> {
  switch (headers['x-amz-invocation-type'] ?? 'RequestResponse') {
    case 'RequestResponse':
      return invocation.then(
        (result) => reply(200, result ?? null),
        (error: unknown) => reply(200, describe(error), { 'x-amz-function-error': 'Unhandled' }),
      );
    case 'Event':
      // Nobody waits for it: a failure is in the function's own log.
      invocation.catch(() => undefined);
      return { status: 202, headers: {}, body: '' };
    default:
      throw new AwsError('InvalidParameterValueException', 'This InvocationType is not known here.');
  }
}

function reply(status: number, payload: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(payload) };
}

function describe(error: unknown): { errorType: string; errorMessage: string } {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: 'Error', errorMessage: String(error) };
}
