/** A secret that serves one purpose and is readable only by the functions that name it. */
import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib/core';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret, type SecretStringGenerator } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import type { Grant } from './grant.ts';

/** What a field holds until an operator fills it. Functions refuse to start with it. */
export const unsetSecretField = 'not-set';

/**
 * The first value of a secret. Frozen once deployed: CloudFormation writes the secret anew when it changes, and whatever
 * operators or earlier deployments put there is gone. A new field is merged by `npm run secret` instead.
 */
export type FirstValue = { readonly fields: readonly string[] } | { readonly generated: SecretStringGenerator };

export interface PurposeSecretProps {
  readonly settings: StageSettings;
  readonly purpose: string;
  readonly description: string;
  readonly first: FirstValue;
}

export class PurposeSecret extends Secret {
  constructor(scope: Construct, id: string, { settings, purpose, description, first }: PurposeSecretProps) {
    const unset = SecretValue.unsafePlainText(unsetSecretField);
    super(scope, id, {
      secretName: `gatehouse/${settings.stage}/${purpose}`,
      description,
      removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...('generated' in first
        ? { generateSecretString: first.generated }
        : { secretObjectValue: Object.fromEntries(first.fields.map((field) => [field, unset])) }),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Rotation is an act of the operator: provider keys are made in a dashboard, and cookie passwords are a list whose older entries must go on opening seals.',
    });
  }

  read(): Grant {
    return {
      value: this.secretArn,
      statements: [new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secretArn] })],
    };
  }
}
