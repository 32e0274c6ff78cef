/** Pending revocations: rows of ModuleTokens whose `module` is `revocation#<module>#<id>`, found by the slot that they share. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { PendingRevocation, PendingRevocations, RevocationOf } from '../domain/pending-revocations.ts';
import { bytes, number, text } from './attributes.ts';
import { connectionKey, type Row, toNumber } from './module-connection-row.ts';
import { orUnavailable } from './or-unavailable.ts';

const what = 'the ModuleTokens table';
const slot = { slot: { S: 'revocation' } };

const row = v.object({
  userId: text,
  module: text,
  keyId: text,
  sealed: bytes,
  sealedAs: v.object({ S: v.picklist(['connection', 'revocation']) }),
  tokenVersion: number,
});

const keyOf = ({ id, userId, module }: RevocationOf): Row =>
  connectionKey({ userId, module: `revocation#${module}#${id}` });

export function createDynamoPendingRevocations(client: DynamoDBClient, tableName: string): PendingRevocations {
  /** The index has the keys alone. */
  const read = async ({ userId, module }: Row): Promise<readonly PendingRevocation[]> => {
    const Key = { ...(userId && { userId }), ...(module && { module }) };
    const get = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
    const { Item } = await orUnavailable(what, client.send(get));
    return Item ? [parseRevocation(Item)] : [];
  };

  return {
    async put(revocation) {
      const { sealed, sealedAs, tokenVersion } = revocation;
      const Item: Row = {
        ...keyOf(revocation),
        keyId: { S: sealed.keyId },
        sealed: { B: sealed.bytes },
        sealedAs: { S: sealedAs },
        tokenVersion: toNumber(tokenVersion),
        ...slot,
      };
      await orUnavailable(what, client.send(new PutItemCommand({ TableName: tableName, Item })));
    },

    async remove(revocation) {
      const removal = new DeleteItemCommand({ TableName: tableName, Key: keyOf(revocation) });
      await orUnavailable(what, client.send(removal));
    },

    async list(limit, after) {
      let from: Row | undefined = after && { ...keyOf(after), ...slot };
      do {
        const query: QueryCommand = new QueryCommand({
          TableName: tableName,
          IndexName: 'bySlot',
          KeyConditionExpression: 'slot = :slot',
          ExpressionAttributeValues: { ':slot': slot.slot },
          Limit: limit,
          ...(from && { ExclusiveStartKey: from }),
        });
        const { Items = [], LastEvaluatedKey } = await orUnavailable(what, client.send(query));
        const found = (await Promise.all(Items.map(read))).flat();
        // A page of the index whose rows have all gone meanwhile is not its end.
        if (found.length > 0) return found;
        from = LastEvaluatedKey;
      } while (from);
      return [];
    },
  };
}

function parseRevocation(item: Row): PendingRevocation {
  const { userId, module: key, keyId, sealed, sealedAs, tokenVersion } = v.parse(row, item);
  const [, module = '', id = ''] = key.split('#');
  return { id, userId, module, sealed: { keyId, bytes: sealed }, sealedAs: sealedAs.S, tokenVersion };
}
