/** What a DynamoDB request needs: its tables or index, and whose items it touches (`dynamodb:LeadingKeys`). */
import * as v from 'valibot';
import { jsonObject, recordOf } from '../json-object.ts';
import type { Deployment } from '../template.ts';
import { AwsError, type Permission } from './aws-service.ts';

const attributes = recordOf(jsonObject);
type Attributes = v.InferOutput<typeof attributes>;

const inputSchema = v.object({
  TableName: v.optional(v.string()),
  IndexName: v.optional(v.string()),
  Key: v.optional(attributes),
  Item: v.optional(attributes),
  KeyConditionExpression: v.optional(v.string()),
  ExpressionAttributeNames: v.optional(recordOf(v.string()), {}),
  ExpressionAttributeValues: v.optional(attributes, {}),
});
type Input = v.InferOutput<typeof inputSchema>;

const batchSchema = v.object({
  RequestItems: recordOf(
    v.union([
      v.pipe(
        v.object({ Keys: v.array(attributes) }),
        v.transform(({ Keys }) => Keys),
      ),
      v.pipe(
        v.array(
          v.union([
            v.pipe(
              v.object({ PutRequest: v.object({ Item: attributes }) }),
              v.transform(({ PutRequest }) => PutRequest.Item),
            ),
            v.pipe(
              v.object({ DeleteRequest: v.object({ Key: attributes }) }),
              v.transform(({ DeleteRequest }) => DeleteRequest.Key),
            ),
          ]),
        ),
      ),
    ]),
  ),
});

const itemOperations = ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'];
const indexOperations = ['Query', 'Scan'];
const batchOperations = ['BatchGetItem', 'BatchWriteItem'];
const tableOperations = ['CreateTable', 'DeleteTable', 'DescribeTable', 'DescribeTimeToLive', 'UpdateTable'];

const keySchema = v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(['HASH', 'RANGE']) }));
const tableKeys = v.object({
  KeySchema: keySchema,
  GlobalSecondaryIndexes: v.optional(v.array(v.object({ IndexName: v.string(), KeySchema: keySchema })), []),
  LocalSecondaryIndexes: v.optional(v.array(v.object({ IndexName: v.string(), KeySchema: keySchema })), []),
});

/** Gives `undefined` for an operation that dynalite does not have, transactions for one. */
export function createDynamoDbPermissions({ resources, region, accountId }: Deployment) {
  const arnOf = (table: string) => `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
  const partitionKeys = new Map(
    resources
      .filter(({ type }) => type === 'AWS::DynamoDB::Table')
      .flatMap(({ physicalId, properties }) => {
        const { KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes } = v.parse(tableKeys, properties);
        return [
          [arnOf(physicalId), partitionKeyOf(KeySchema)] as const,
          ...[...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map(
            (index) => [`${arnOf(physicalId)}/index/${index.IndexName}`, partitionKeyOf(index.KeySchema)] as const,
          ),
        ];
      }),
  );

  return (operation: string, input: unknown): readonly Permission[] | undefined => {
    const action = `dynamodb:${operation}`;
    const permission = (resource: string, valuesOf: (partitionKey: string) => readonly string[]): Permission => {
      const partitionKey = partitionKeys.get(resource);
      const values = partitionKey === undefined ? [] : valuesOf(partitionKey);
      return { action, resource, context: values.length > 0 ? { 'dynamodb:LeadingKeys': values } : {} };
    };

    if (operation === 'ListTables') return [{ action, resource: '*' }];
    if (batchOperations.includes(operation)) {
      const { RequestItems } = read(batchSchema, input);
      return Object.entries(RequestItems).map(([table, items]) =>
        permission(arnOf(table), (key) => items.flatMap((item) => valueOf(item, key))),
      );
    }
    const { TableName, IndexName, ...rest } = read(inputSchema, input);
    const table = arnOf(TableName ?? '');
    if (tableOperations.includes(operation)) return [{ action, resource: table }];
    if (itemOperations.includes(operation)) {
      return [permission(table, (key) => valueOf(rest.Key ?? rest.Item ?? {}, key))];
    }
    if (!indexOperations.includes(operation)) return undefined;
    const resource = IndexName === undefined ? table : `${table}/index/${IndexName}`;
    return [permission(resource, (key) => queriedValue(rest, key))];
  };
}

/** The value that a key condition compares the partition key with: `userId = :u`, either way round. */
function queriedValue(
  {
    KeyConditionExpression = '',
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  }: Pick<Input, 'ExpressionAttributeNames' | 'ExpressionAttributeValues' | 'KeyConditionExpression'>,
  partitionKey: string,
): string[] {
  const comparisons = KeyConditionExpression.matchAll(/([#:]?[\w.-]+)\s*=\s*([#:]?[\w.-]+)/g);
  for (const [, left = '', right = ''] of comparisons) {
    const [name, placeholder] = left.startsWith(':') ? [right, left] : [left, right];
    const value = values[placeholder];
    if ((names[name] ?? name) === partitionKey && value !== undefined)
      return valueOf({ [partitionKey]: value }, partitionKey);
  }
  return [];
}

/** Of `{ userId: { S: 'usr_1' } }`, for `userId`, just `usr_1`. */
function valueOf(item: Attributes, name: string): string[] {
  return Object.values(item[name] ?? {}).filter((value) => typeof value === 'string');
}

function partitionKeyOf(schema: v.InferOutput<typeof keySchema>): string {
  return schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
}

function read<const Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  throw new AwsError('ValidationException', `${v.getDotPath(parsed.issues[0]) ?? 'The request'} is malformed`);
}
