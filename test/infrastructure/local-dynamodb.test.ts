/** The local DynamoDB: the templates' tables, and which resource and whose items each request is held against. */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynalite } from '../../lib/local/aws/dynalite.ts';
import { allow, functionThatMay, startLocalAws } from './local-aws.ts';

const sessions = {
  Sessions: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'sessions',
      KeySchema: [{ AttributeName: 'sessionId', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'sessionId', AttributeType: 'S' },
        { AttributeName: 'userId', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-user',
          KeySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      SSESpecification: { SSEEnabled: true },
    },
  },
};
const tableArn = { 'Fn::GetAtt': ['Sessions', 'Arn'] };
const indexArn = { 'Fn::Sub': '${Sessions.Arn}/index/by-user' };
const TableName = 'sessions';
const Key = { sessionId: { S: 's1' } };
const Item = { ...Key, userId: { S: 'usr_1' } };

const queryByUser = (condition: string, names?: Record<string, string>) => (client: DynamoDBClient) =>
  client.send(
    new QueryCommand({
      TableName,
      IndexName: 'by-user',
      KeyConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':u': { S: 'usr_1' } },
    }),
  );

describe('the local DynamoDB', () => {
  it('has the tables of the templates, ready for items, with their indexes', async () => {
    const aws = await startLocalAws(sessions);
    const client = new DynamoDBClient(aws.asOperator());
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', GlobalSecondaryIndexes: [{ IndexStatus: 'ACTIVE' }] });
    await client.send(new PutItemCommand({ TableName, Item }));
    expect((await queryByUser('userId = :u')(client)).Items).toEqual([Item]);
  });

  it('has a provisioned table with a sort key', async () => {
    const properties = {
      KeySchema: [
        { AttributeName: 'userId', KeyType: 'HASH' },
        { AttributeName: 'module', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'userId', AttributeType: 'S' },
        { AttributeName: 'module', AttributeType: 'S' },
      ],
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    };
    const aws = await startLocalAws({ Tokens: { Type: 'AWS::DynamoDB::Table', Properties: properties } });
    const put = new PutItemCommand({ TableName: 'app-Tokens', Item: { userId: { S: 'u' }, module: { S: 'gmail' } } });
    await expect(new DynamoDBClient(aws.asOperator()).send(put)).resolves.toBeDefined();
  });

  it('honours conditions and gives what an update leaves', async () => {
    const aws = await startLocalAws(sessions);
    const client = new DynamoDBClient(aws.asOperator());
    const firstTime = new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: 'SET userId = :u',
      ConditionExpression: 'attribute_not_exists(userId)',
      ExpressionAttributeValues: { ':u': { S: 'usr_1' } },
      ReturnValues: 'ALL_NEW',
    });
    expect((await client.send(firstTime)).Attributes).toEqual(Item);
    await expect(client.send(firstTime)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  });

  it('says when there is no such table', async () => {
    const aws = await startLocalAws(sessions);
    const get = new GetItemCommand({ TableName: 'nothing', Key });
    await expect(new DynamoDBClient(aws.asOperator()).send(get)).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('refuses to start with a table that cannot be made', async () => {
    const broken = { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: [], AttributeDefinitions: [] } };
    await expect(startLocalAws({ Broken: broken })).rejects.toThrow('dynalite refuses CreateTable');
  });
});

describe('createTables()', () => {
  it('resolves when the tables take items, not before', async () => {
    const dynalite = createDynalite();
    for (const name of ['one', 'two', 'three']) {
      const { KeySchema } = sessions.Sessions.Properties;
      const AttributeDefinitions = [{ AttributeName: 'sessionId', AttributeType: 'S' }];
      await dynalite.createTables([
        { TableName: name, KeySchema, AttributeDefinitions, BillingMode: 'PAY_PER_REQUEST' },
      ]);
      const put = await dynalite.ask('PutItem', JSON.stringify({ TableName: name, Item: Key }));
      expect(put.status).toBe(200);
    }
  });
});

describe('what a DynamoDB request needs', () => {
  type Send = (client: DynamoDBClient) => Promise<unknown>;
  const allowed = async (statement: object, send: Send) => {
    const aws = await startLocalAws({ ...sessions, ...functionThatMay('f', statement) });
    return send(new DynamoDBClient(aws.as('f'))).then(
      () => true,
      (error: Error) => {
        if (error.name === 'AccessDeniedException') return false;
        throw error;
      },
    );
  };

  it('is the index for a query or scan of it, not the table', async () => {
    const scan: Send = (client) => client.send(new ScanCommand({ TableName, IndexName: 'by-user' }));
    expect(await allowed(allow('dynamodb:Query', indexArn), queryByUser('userId = :u'))).toBe(true);
    expect(await allowed(allow('dynamodb:Query', tableArn), queryByUser('userId = :u'))).toBe(false);
    expect(await allowed(allow('dynamodb:Scan', indexArn), scan)).toBe(true);
    expect(await allowed(allow('dynamodb:Scan', tableArn), scan)).toBe(false);
  });

  it('is the table for a query of the table', async () => {
    const command = new QueryCommand({
      TableName,
      KeyConditionExpression: 'sessionId = :s',
      ExpressionAttributeValues: { ':s': { S: 's1' } },
    });
    const query: Send = (client) => client.send(command);
    expect(await allowed(allow('dynamodb:Query', tableArn), query)).toBe(true);
    expect(await allowed(allow('dynamodb:Query', indexArn), query)).toBe(false);
  });

  const get =
    (keysByTable: Readonly<Record<string, readonly string[]>>): Send =>
    (client) => {
      const keysOf = (ids: readonly string[]) => ({ Keys: ids.map((id) => ({ sessionId: { S: id } })) });
      const tables = Object.entries(keysByTable).map(([table, ids]) => [table, keysOf(ids)]);
      return client.send(new BatchGetItemCommand({ RequestItems: Object.fromEntries(tables) }));
    };

  it('is every table of a batch', async () => {
    const statement = allow('dynamodb:BatchGetItem', tableArn);
    expect(await allowed(statement, get({ sessions: ['s1'] }))).toBe(true);
    expect(await allowed(statement, get({ sessions: ['s1'], users: ['u1'] }))).toBe(false);
  });

  /** Everything, as long as the request says whose items it is about and these are the ones. */
  const own = (...values: readonly string[]) =>
    allow('dynamodb:*', '*', {
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': values },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
  const write = (put: string, remove: string) =>
    new BatchWriteItemCommand({
      RequestItems: {
        sessions: [
          { PutRequest: { Item: { sessionId: { S: put } } } },
          { DeleteRequest: { Key: { sessionId: { S: remove } } } },
        ],
      },
    });

  it.each<[string, Send, readonly string[]]>([
    ['GetItem', (client) => client.send(new GetItemCommand({ TableName, Key })), ['s1']],
    ['DeleteItem', (client) => client.send(new DeleteItemCommand({ TableName, Key })), ['s1']],
    ['PutItem', (client) => client.send(new PutItemCommand({ TableName, Item })), ['s1']],
    ['BatchGetItem', get({ sessions: ['s1', 's2'] }), ['s1', 's2']],
    ['BatchWriteItem', (client) => client.send(write('s1', 's2')), ['s1', 's2']],
    ['Query', queryByUser('userId = :u'), ['usr_1']],
    ['Query with a placeholder', queryByUser('#user=:u', { '#user': 'userId' }), ['usr_1']],
    ['Query the other way round', queryByUser(':u = userId'), ['usr_1']],
  ])('holds %s against the keys it leads with', async (_what, send, keys) => {
    expect(await allowed(own(...keys), send)).toBe(true);
    expect(await allowed(own('someone else', ...keys.slice(1)), send)).toBe(false);
  });

  it('has no leading keys in a scan', async () => {
    expect(await allowed(own('s1'), (client) => client.send(new ScanCommand({ TableName })))).toBe(false);
  });
});
