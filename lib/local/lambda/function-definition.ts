/** A Lambda function as its template describes it. */
import * as v from 'valibot';
import { deployedFunctions, roleNameIn } from '../deployed-functions.ts';
import type { Deployment } from '../template.ts';

export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** `<file>.<export>` */
  readonly handler: string;
  /** The folder that Lambda would unpack the code into. */
  readonly codePath: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly logGroupName: string;
  /** The template's variables and those that lead to AWS. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The defaults are CloudFormation's. */
const FunctionProperties = v.object({
  Runtime: v.literal('nodejs24.x'),
  Handler: v.string(),
  Role: v.string(),
  Code: v.object({ S3Key: v.string() }),
  MemorySize: v.optional(v.number(), 128),
  Timeout: v.optional(v.number(), 3),
  Environment: v.optional(v.object({ Variables: v.record(v.string(), v.string()) }), { Variables: {} }),
  LoggingConfig: v.optional(v.object({ LogGroup: v.optional(v.string()) }), {}),
});

/**
 * @param codePath from `Code.S3Key` to the unpacked code
 * @param environmentFor what leads a function under that role to AWS
 * @throws Error naming the function and the property that cannot be honoured here.
 */
export function readFunctions(
  deployment: Deployment,
  codePath: (s3Key: string) => string,
  environmentFor: (roleName: string) => Readonly<Record<string, string>>,
): FunctionDefinition[] {
  return deployedFunctions(deployment).map(({ physicalId: name, attributes, properties }) => {
    const parsed = v.safeParse(FunctionProperties, properties);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      throw new Error(`Function ${name}, ${v.getDotPath(issue) ?? 'properties'}: ${issue.message}`);
    }
    const { Handler, Role, Code, MemorySize, Timeout, Environment, LoggingConfig } = parsed.output;
    return {
      name,
      arn: attributes['Arn'] ?? '',
      handler: Handler,
      codePath: codePath(Code.S3Key),
      memoryMb: MemorySize,
      timeoutSeconds: Timeout,
      logGroupName: LoggingConfig.LogGroup ?? `/aws/lambda/${name}`,
      environment: { ...Environment.Variables, ...environmentFor(roleNameIn(Role)) },
    };
  });
}
