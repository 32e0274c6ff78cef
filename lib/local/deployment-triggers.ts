/** Functions that run at a deployment, as CDK's `Trigger` describes them: here a start is the deployment. */
import * as v from 'valibot';
import { functionNameIn, roleNameIn } from './deployed-functions.ts';
import type { Deployment } from './template.ts';

export interface DeploymentTrigger {
  readonly functionName: string;
  /** A version's ARN. */
  readonly functionArn: string;
  /** Under which CloudFormation's helper invokes it. */
  readonly roleName: string;
}

/** A function that failed at deployment: its name and what it said. */
export class TriggerError extends Error {
  override readonly name = 'TriggerError';
}

const TriggerProperties = v.strictObject({
  ServiceToken: v.string(),
  HandlerArn: v.string(),
  InvocationType: v.literal('RequestResponse'),
  Timeout: v.string(),
  ExecuteOnHandlerChange: v.literal(true),
});

/** @throws Error naming a custom resource that cannot be honoured here. */
export function readTriggers({ resources }: Deployment): DeploymentTrigger[] {
  return resources
    .filter(({ type }) => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource')
    .map(({ stack, logicalId, type, properties }) => {
      const parsed = v.safeParse(TriggerProperties, properties);
      if (type !== 'Custom::Trigger' || !parsed.success) {
        const problem = parsed.success ? 'is not known here' : parsed.issues[0].message;
        throw new Error(`${stack}.${logicalId}: the custom resource ${type} ${problem}`);
      }
      const { ServiceToken, HandlerArn } = parsed.output;
      const provider = resources.find(({ attributes }) => attributes['Arn'] === ServiceToken);
      return {
        functionName: functionNameIn(HandlerArn),
        functionArn: HandlerArn,
        roleName: roleNameIn(String(provider?.properties['Role'])),
      };
    });
}

/** One after the other. @throws {TriggerError} */
export async function runTriggers(
  triggers: readonly DeploymentTrigger[],
  invoke: (trigger: DeploymentTrigger) => Promise<unknown>,
): Promise<void> {
  for (const trigger of triggers) {
    try {
      await invoke(trigger);
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      const said = `${trigger.functionName}, which runs at every deployment, failed: ${name}: ${message}`;
      throw new TriggerError(said, { cause: error });
    }
  }
}
