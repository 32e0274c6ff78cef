/** The contract of `DeviceTickets`, held by the memory store and by the DynamoDB store; and what is DynamoDB's alone. */
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import { createDynamoDeviceTickets } from '../../../functions/shared/aws/dynamo-device-tickets.ts';
import { describeDeviceTickets, wholeTicket } from '../../support/device-tickets-contract.ts';
import { createMemoryDeviceTickets } from '../../support/memory-device-tickets.ts';
import { unusedUrl } from '../../support/scripted-server.ts';
import { dynamoDbAt, startDynalite } from '../../support/users-table.ts';

const dynalite = await startDynalite();
const tableName = await createTicketsTable(dynalite);

describeDeviceTickets('memory', createMemoryDeviceTickets);
describeDeviceTickets('dynalite', () => createDynamoDeviceTickets(dynalite, tableName));

const { DYNAMODB_ENDPOINT } = process.env;
if (DYNAMODB_ENDPOINT) {
  const client = dynamoDbAt(DYNAMODB_ENDPOINT);
  const remoteTable = await createTicketsTable(client);
  describeDeviceTickets(DYNAMODB_ENDPOINT, () => createDynamoDeviceTickets(client, remoteTable));
}

describe('createDynamoDeviceTickets()', () => {
  it('keeps the exact expiry, and for the TTL the second after it', async () => {
    await createDynamoDeviceTickets(dynalite, tableName).put('a-hash', wholeTicket);
    const get = new GetItemCommand({ TableName: tableName, Key: { ticketHash: { S: 'a-hash' } } });
    const { Item } = await dynalite.send(get);
    expect(Item).toMatchObject({
      validUntil: { N: String(wholeTicket.expiresAt.getTime()) },
      expiresAt: { N: String(Date.parse('2026-11-22T10:02:01Z') / 1000) },
    });
  });

  it.each([
    ['nobody listens', async () => createDynamoDeviceTickets(dynamoDbAt(await unusedUrl()), tableName)],
    ['there is no such table', () => Promise.resolve(createDynamoDeviceTickets(dynalite, 'no-such-table'))],
  ])('is temporarily unavailable, with the reason as its cause, when %s', async (_, create) => {
    const tickets = await create();
    const unavailable = { code: 'temporarily_unavailable', cause: expect.any(Error) };
    await expect(tickets.put('b-hash', wholeTicket)).rejects.toMatchObject(unavailable);
    await expect(tickets.take('b-hash')).rejects.toMatchObject(unavailable);
  });
});

async function createTicketsTable(client: DynamoDBClient): Promise<string> {
  const TableName = `device-tickets-test-${crypto.randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'ticketHash', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'ticketHash', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName });
  afterAll(() => client.send(new DeleteTableCommand({ TableName })));
  return TableName;
}
