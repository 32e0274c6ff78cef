/** What hands out turns, on DynamoDB and SQS. */
import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createDynamoModuleConnections } from '../../../functions/shared/aws/dynamo-module-connections.ts';
import { createDynamoSlotIndex } from '../../../functions/shared/aws/dynamo-slot-index.ts';
import { createSqsTurnQueue } from '../../../functions/shared/aws/sqs-turn-queue.ts';
import type { SlotIndex } from '../../../functions/shared/domain/due-turns.ts';
import { awsRefusal } from '../../support/aws-refusal.ts';
import { someConnection } from '../../support/module-connections-contract.ts';
import { createModuleTokensTable } from '../../support/module-tokens-table.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';
import { startDynalite } from '../../support/users-table.ts';

async function pagesOf(index: SlotIndex, slot: string): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = [];
  for await (const page of index.pages(slot)) pages.push(page);
  return pages;
}

describe('createDynamoSlotIndex()', () => {
  it('has the users of a slot, and no others', async () => {
    const client = await startDynalite();
    const tableName = await createModuleTokensTable(client);
    const connections = createDynamoModuleConnections(client, tableName);
    const own = Array.from({ length: 5 }, () => someConnection({ slot: 'gmail/15/03/1' }));
    const other = [someConnection({ slot: 'gmail/15/03/2' }), someConnection({ slot: undefined })];
    await Promise.all([...own, ...other].map((each) => connections.put(each, undefined)));
    const found = await pagesOf(createDynamoSlotIndex(client, tableName), 'gmail/15/03/1');
    expect(found.flat().toSorted()).toEqual(own.map(({ userId }) => userId).toSorted());
  });

  it('goes on where a page ends', async () => {
    const pages = [
      { Items: [{ userId: { S: 'usr_1' } }], LastEvaluatedKey: { userId: { S: 'usr_1' } } },
      { Items: [{ userId: { S: 'usr_2' } }] },
    ];
    const table = await startScriptedServer((_, count) => ({ body: pages[count - 1] }));
    const client = new DynamoDBClient({ endpoint: table.url, ...signing });
    const found = await pagesOf(createDynamoSlotIndex(client, 'tokens'), 'gmail/15/03/1');
    expect(found).toEqual([['usr_1'], ['usr_2']]);
    expect(JSON.parse(table.requests[1]?.body ?? '')).toMatchObject({ ExclusiveStartKey: { userId: { S: 'usr_1' } } });
  });
});

const signing = {
  region: 'us-east-1',
  maxAttempts: 1,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

interface Batch {
  readonly Entries: readonly { readonly Id: string; readonly MessageBody: string }[];
}

/** A queue that refuses the messages of these users, each so many times. */
async function startQueue(refusals: Readonly<Record<string, number>> = {}) {
  const left = new Map(Object.entries(refusals));
  const taken: string[] = [];
  const sizes: number[] = [];
  const { url } = await startScriptedServer(({ body }) => {
    const { Entries } = JSON.parse(body) as Batch;
    sizes.push(Entries.length);
    const results = Entries.map(({ Id, MessageBody }) => {
      const { userId } = JSON.parse(MessageBody) as { userId: string };
      const tries = left.get(userId) ?? 0;
      left.set(userId, tries - 1);
      if (tries <= 0) taken.push(userId);
      const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
      return { isTaken: tries <= 0, Id, MD5OfMessageBody, MessageId: Id, Code: 'InternalError', SenderFault: false };
    });
    const Successful = results.filter(({ isTaken }) => isTaken);
    return { body: { Successful, Failed: results.filter(({ isTaken }) => !isTaken) } };
  });
  const queue = createSqsTurnQueue(new SQSClient({ endpoint: url, ...signing }), `${url}/000000000000/refresh-gmail`);
  return { queue, taken, sizes };
}

describe('createSqsTurnQueue()', () => {
  const users = Array.from({ length: 25 }, (_, index) => `usr_${index}`);

  it('sends a message for each user, ten at a time', async () => {
    const { queue, taken, sizes } = await startQueue();
    await queue.send(users);
    expect(taken.toSorted()).toEqual(users.toSorted());
    expect(new Set(sizes)).toEqual(new Set([10, 5]));
    expect(sizes).toHaveLength(3);
  });

  it('sends nothing for nobody', async () => {
    const { queue, sizes } = await startQueue();
    await queue.send([]);
    expect(sizes).toEqual([]);
  });

  it('sends again what SQS refused of a batch, and no more', async () => {
    const { queue, taken, sizes } = await startQueue({ usr_3: 1, usr_4: 2 });
    await queue.send(users.slice(0, 10));
    expect(taken.toSorted()).toEqual(users.slice(0, 10).toSorted());
    expect(sizes).toEqual([10, 2, 1]);
  });

  it('is temporarily unavailable where SQS goes on refusing, or does not answer', async () => {
    const { queue } = await startQueue({ usr_3: 99 });
    await expect(queue.send(users)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    const { url } = await startScriptedServer(() => awsRefusal('ServiceUnavailable', 503));
    const away = createSqsTurnQueue(new SQSClient({ endpoint: url, ...signing }), `${url}/000000000000/refresh-gmail`);
    await expect(away.send(users)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });
});
