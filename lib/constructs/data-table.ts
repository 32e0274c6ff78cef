/** A DynamoDB table that hands out its name together with named permissions. */
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { type Attribute, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import type { Grant } from './grant.ts';

export type TableAction = 'DeleteItem' | 'GetItem' | 'PutItem' | 'Query' | 'Scan' | 'UpdateItem';

export interface DataTableProps {
  readonly settings: StageSettings;
  readonly key: Attribute;
  /** Where several items share a `key`. */
  readonly sortKey?: Attribute;
  /** Attribute with the second after which DynamoDB may remove an item: a broom, never a check. */
  readonly ttl?: string;
  /** Secondary indexes by name. */
  readonly indexes?: Readonly<Record<string, Attribute>>;
  /** Of the indexes: `keys` where they serve to find items, which are then read or written in the table. */
  readonly projection?: 'all' | 'keys';
}

export class DataTable extends Table {
  constructor(
    scope: Construct,
    id: string,
    { settings, key, sortKey, ttl, indexes = {}, projection = 'all' }: DataTableProps,
  ) {
    const provisioned = settings.tableCapacity === 'on-demand' ? undefined : settings.tableCapacity;
    super(scope, id, {
      partitionKey: key,
      ...(sortKey && { sortKey }),
      billingMode: provisioned ? BillingMode.PROVISIONED : BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: settings.retainData,
      removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(ttl !== undefined && { timeToLiveAttribute: ttl }),
    });
    const range = provisioned && { minCapacity: provisioned.minUnits, maxCapacity: provisioned.maxUnits };
    const target = { targetUtilizationPercent: 70 };
    if (range) {
      this.autoScaleReadCapacity(range).scaleOnUtilization(target);
      this.autoScaleWriteCapacity(range).scaleOnUtilization(target);
    }
    const projectionType = projection === 'all' ? ProjectionType.ALL : ProjectionType.KEYS_ONLY;
    for (const [indexName, partitionKey] of Object.entries(indexes)) {
      this.addGlobalSecondaryIndex({ indexName, partitionKey, projectionType });
      if (range) {
        this.autoScaleGlobalSecondaryIndexReadCapacity(indexName, range).scaleOnUtilization(target);
        this.autoScaleGlobalSecondaryIndexWriteCapacity(indexName, range).scaleOnUtilization(target);
      }
    }
  }

  /** On the table itself; its indexes are read through `allowQuery`. */
  allow(...actions: readonly [TableAction, ...TableAction[]]): Grant {
    return {
      value: this.tableName,
      statements: [
        new PolicyStatement({
          actions: actions.map((action) => `dynamodb:${action}`),
          resources: [this.tableArn],
        }),
      ],
    };
  }

  /** Reading one index by its key, or several; and on the table itself what `allow` gives, if anything. */
  allowQuery(indexNames: string | readonly [string, ...string[]], ...actions: readonly TableAction[]): Grant {
    const [first, ...more] = actions;
    const own = first === undefined ? [] : this.allow(first, ...more).statements;
    const query = new PolicyStatement({
      actions: ['dynamodb:Query'],
      resources: [indexNames].flat().map((indexName) => `${this.tableArn}/index/${indexName}`),
    });
    return { value: this.tableName, statements: [...own, query] };
  }
}
