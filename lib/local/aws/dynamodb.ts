/** DynamoDB: the templates' tables in dynalite, which gets each request as it came once IAM allows it. */
import * as v from 'valibot';
import type { Deployment } from '../template.ts';
import { type AwsService, unknownOperation } from './aws-service.ts';
import { createDynalite } from './dynalite.ts';
import { createDynamoDbPermissions } from './dynamodb-permissions.ts';
import { operationInTarget, parseJson } from './json-service.ts';

const tableSchema = v.object({
  AttributeDefinitions: v.optional(v.unknown()),
  KeySchema: v.optional(v.unknown()),
  BillingMode: v.optional(v.unknown()),
  ProvisionedThroughput: v.optional(v.unknown()),
  GlobalSecondaryIndexes: v.optional(v.unknown()),
  LocalSecondaryIndexes: v.optional(v.unknown()),
});

/** Resolves once all tables take items. @throws Error when a table is one that dynalite cannot make. */
export async function createDynamoDb(deployment: Deployment): Promise<AwsService> {
  const tables = deployment.resources.filter(({ type }) => type === 'AWS::DynamoDB::Table');
  const dynalite = createDynalite();
  await dynalite.createTables(
    tables.map(({ physicalId, properties }) => ({ TableName: physicalId, ...v.parse(tableSchema, properties) })),
  );
  const permissionsFor = createDynamoDbPermissions(deployment);
  return {
    name: 'dynamodb',
    throttlingCode: 'ProvisionedThroughputExceededException',
    accessDeniedStatus: 400,
    operationOf: (request) => operationInTarget('dynamodb', 'DynamoDB_20120810', request),
    prepare: (operation, { body }) => {
      const permissions = permissionsFor(operation, parseJson(body));
      if (permissions === undefined) throw unknownOperation('dynamodb', operation);
      return { permissions, run: () => dynalite.ask(operation, body) };
    },
  };
}
