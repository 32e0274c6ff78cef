/** WorkOS's JWKS in the Keys table: one item, `purpose` `workos-jwks`. */
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type StoredJwks, storedJwksMaxAgeMs } from '../domain/stored-jwks.ts';
import type { KeysTable } from './dynamo-key-stores.ts';
import { orUnavailable } from './or-unavailable.ts';

const Key = { purpose: { S: 'workos-jwks' }, keyId: { S: 'current' } };

export function createDynamoStoredJwks({ client, tableName: TableName }: KeysTable): StoredJwks {
  return {
    async read(now) {
      const { Item } = await orUnavailable('the Keys table', client.send(new GetItemCommand({ TableName, Key })));
      const readAtMs = Number(Item?.['readAt']?.N ?? 0);
      return now.getTime() - readAtMs < storedJwksMaxAgeMs ? Item?.['jwks']?.S : undefined;
    },
    async write(jwks, now) {
      const Item = { ...Key, jwks: { S: jwks }, readAt: { N: String(now.getTime()) } };
      await orUnavailable('the Keys table', client.send(new PutItemCommand({ TableName, Item })));
    },
  };
}
