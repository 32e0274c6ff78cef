/** A DynamoDB table that hands out its name together with named permissions. */
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { type Attribute, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import type { Grant } from './grant.ts';

export type TableAction = 'DeleteItem' | 'GetItem' | 'PutItem' | 'UpdateItem';

export class DataTable extends Table {
  constructor(scope: Construct, id: string, { settings, key }: { settings: StageSettings; key: Attribute }) {
    const provisioned = settings.tableCapacity === 'on-demand' ? undefined : settings.tableCapacity;
    super(scope, id, {
      partitionKey: key,
      billingMode: provisioned ? BillingMode.PROVISIONED : BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: settings.retainData,
      removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    if (provisioned) {
      const range = { minCapacity: provisioned.minUnits, maxCapacity: provisioned.maxUnits };
      const target = { targetUtilizationPercent: 70 };
      this.autoScaleReadCapacity(range).scaleOnUtilization(target);
      this.autoScaleWriteCapacity(range).scaleOnUtilization(target);
    }
  }

  /** The table itself, not its indexes. */
  allow(...actions: readonly [TableAction, ...TableAction[]]): Grant {
    return {
      value: this.tableName,
      statement: new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [this.tableArn],
      }),
    };
  }
}
