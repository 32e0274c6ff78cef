/** The AWS JSON protocols: `POST /` with the operation in `X-Amz-Target` and JSON both ways. */
import * as v from 'valibot';
import { AwsError, type AwsRequest, type AwsService, type Permission, unknownOperation } from './aws-service.ts';

export interface JsonCall {
  readonly permissions: readonly Permission[];
  /** Gives the output; blobs as base64, times in epoch seconds. */
  run(): unknown;
}

export type JsonOperation = (input: unknown) => JsonCall;

/** @param schema what the input must look like; the rest of it is ignored. */
export function jsonOperation<const Schema extends v.GenericSchema>(
  schema: Schema,
  prepare: (input: v.InferOutput<Schema>) => JsonCall,
): JsonOperation {
  return (input) => {
    const parsed = v.safeParse(schema, input);
    if (parsed.success) return prepare(parsed.output);
    const [issue] = parsed.issues;
    throw new AwsError('ValidationException', `${v.getDotPath(issue) ?? 'The request'}: ${issue.message}`);
  };
}

export function createJsonService(
  name: string,
  targetPrefix: string,
  operations: Readonly<Record<string, JsonOperation>>,
): AwsService {
  return {
    name,
    throttlingCode: 'ThrottlingException',
    accessDeniedStatus: 400,
    operationOf: (request) => operationInTarget(name, targetPrefix, request),
    prepare: (operation, { body }) => {
      const prepare = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (prepare === undefined) throw unknownOperation(name, operation);
      const { permissions, run } = prepare(parseJson(body));
      return {
        permissions,
        run: async () => ({
          status: 200,
          headers: { 'content-type': 'application/x-amz-json-1.1' },
          body: JSON.stringify(await run()),
        }),
      };
    },
  };
}

/** @throws AwsError when the target is none of this service's. */
export function operationInTarget(service: string, prefix: string, { headers }: AwsRequest): string {
  const target = [headers['x-amz-target']].flat()[0] ?? '';
  const [targetPrefix, operation, ...more] = target.split('.');
  if (targetPrefix !== prefix || !operation || more.length > 0) throw unknownOperation(service, target);
  return operation;
}

/** @throws AwsError */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON.');
  }
}
