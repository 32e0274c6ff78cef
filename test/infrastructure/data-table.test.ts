/** A table with provisioned capacity; the stages' own tables are in stacks.test.ts. */
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Template } from 'aws-cdk-lib/assertions';
import { Stack } from 'aws-cdk-lib/core';
import { describe, it } from 'vitest';
import { DataTable } from '../../lib/constructs/data-table.ts';
import { settingsFor } from '../../lib/stages.ts';

describe('DataTable', () => {
  it('scales between the units of the setting', () => {
    const stack = new Stack();
    const settings = { ...settingsFor('dev'), tableCapacity: { minUnits: 5, maxUnits: 100 } };
    new DataTable(stack, 'Table', { settings, key: { name: 'id', type: AttributeType.STRING } });

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::DynamoDB::Table', { ProvisionedThroughput: {} });
    template.allResourcesProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 5,
      MaxCapacity: 100,
    });
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 2);
    template.allResourcesProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
    });
  });
});
