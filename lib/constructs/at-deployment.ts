/** Runs a function during each deployment that changes it. When it fails, so does the deployment. */
import { Duration } from 'aws-cdk-lib/core';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import { Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';

export interface AtDeploymentProps {
  readonly function: Function;
  /** What is made or changed only once the function has succeeded. */
  readonly before: readonly Construct[];
}

/**
 * By a custom resource that is bound to the function's current version. Its provider is CDK's own function, since the
 * alternatives are worse: a rule on CloudFormation's events fails no deployment, and a function that answers
 * CloudFormation itself has to know of CloudFormation.
 */
export class AtDeployment extends Construct {
  constructor(scope: Construct, id: string, { function: handler, before }: AtDeploymentProps) {
    super(scope, id);
    new Trigger(this, 'Trigger', {
      handler,
      executeBefore: [...before],
      // Longer than the function has itself, so that a deployment shows the function's own account of being late.
      ...(handler.timeout && { timeout: handler.timeout.plus(Duration.seconds(5)) }),
    });
  }
}
