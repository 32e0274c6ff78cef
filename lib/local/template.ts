/** Deploys synthesized CloudFormation templates onto this machine: resources get their names, intrinsics their values. */
import { type Exports, Stack } from './aws/stack.ts';

export interface DeployedResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` gives: the name of a table, function or role, the ARN of a secret, the URL of a queue. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` gives, `Arn` for one. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Without a single intrinsic left. */
  readonly properties: Record<string, unknown>;
}

export interface Deployment {
  readonly region: string;
  readonly accountId: string;
  readonly resources: readonly DeployedResource[];
  /** Of all stacks, by logical id. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface SynthesizedStack {
  readonly stackName: string;
  readonly template: unknown;
}

export interface DeploymentEnvironment {
  /** Default: `us-east-1`. */
  readonly region?: string;
  /** Default: `000000000000`. */
  readonly accountId?: string;
  /** Values for the templates' parameters; the others take their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Where the HTTP API answers: an origin. */
  readonly apiEndpoint: string;
  /** Where a queue answers; needed as soon as a template has one. */
  readonly queueUrl?: (name: string) => string;
}

/**
 * The order of the stacks does not matter.
 * @throws Error naming stack, resource and property of whatever is not understood: nothing is guessed or left out.
 */
export function deployTemplates(
  templates: readonly SynthesizedStack[],
  { region = 'us-east-1', accountId = '000000000000', ...rest }: DeploymentEnvironment,
): Deployment {
  const environment = { region, accountId, ...rest };
  const exports: Exports = new Map();
  const stacks = templates.map((each) => new Stack(each.stackName, each.template, environment, exports));
  refuseUnknownParameters(environment.parameters, stacks);
  return {
    region,
    accountId,
    resources: stacks.flatMap((stack) => stack.resources()),
    outputs: outputsOf(stacks),
  };
}

function refuseUnknownParameters(given: Readonly<Record<string, string>>, stacks: readonly Stack[]): void {
  const unknown = Object.keys(given).filter((id) => !stacks.some((stack) => stack.hasParameter(id)));
  if (unknown.length > 0) throw new Error(`No template has the parameter ${unknown.join(', ')}`);
}

function outputsOf(stacks: readonly Stack[]): Record<string, string> {
  const outputs = new Map<string, string>();
  for (const stack of stacks) {
    for (const [id, value] of stack.outputs()) {
      if (outputs.has(id)) throw new Error(`${stack.name}.Outputs.${id}: another stack has an output of that name`);
      outputs.set(id, value);
    }
  }
  return Object.fromEntries(outputs);
}
