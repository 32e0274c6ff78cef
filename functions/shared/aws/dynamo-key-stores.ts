/** The Keys table (`purpose`, `keyId`): a key's number with leading zeros is its id, so that two runs cannot both add the next one. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { AuthError } from '../domain/auth-error.ts';
import type { DataKeyPurpose, KeyStore, PublicKey, StoredDataKey, StoredSigningKey } from '../domain/key-ring.ts';
import type { NumberedKey } from '../domain/key-rotation.ts';
import { bytes, instant } from './attributes.ts';
import { orUnavailable } from './or-unavailable.ts';

export interface KeysTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

type Row = Record<string, AttributeValue>;

const numbered = {
  keyId: v.pipe(
    v.object({ S: v.pipe(v.string(), v.regex(/^\d{8}$/)) }),
    v.transform((attribute) => Number(attribute.S)),
  ),
  activeFrom: instant,
  wrapped: bytes,
};
const dataKeyRow = v.object(numbered);
const publicKey = v.objectWithRest(
  { kid: v.string(), alg: v.picklist(['RS256', 'ES256']), kty: v.string(), use: v.literal('sig') },
  v.string(),
);
const signingKeyRow = v.object({
  ...numbered,
  publicKey: v.pipe(
    v.object({ S: v.pipe(v.string(), v.parseJson(), publicKey) }),
    v.transform((attribute): PublicKey => attribute.S),
  ),
});

const keyIdOf = (number: number): string => String(number).padStart(8, '0');

export function createDynamoSigningKeyStore(table: KeysTable): KeyStore<StoredSigningKey> {
  return createStore<StoredSigningKey>(table, 'signing', {
    parse: (row) => {
      const { keyId: number, ...rest } = v.parse(signingKeyRow, row);
      return { number, ...rest };
    },
    attributesOf: (key) => ({ publicKey: { S: JSON.stringify(key.publicKey) }, wrapped: { B: key.wrapped } }),
  });
}

export function createDynamoDataKeyStore(table: KeysTable, purpose: DataKeyPurpose): KeyStore<StoredDataKey> {
  return createStore<StoredDataKey>(table, purpose, {
    parse: (row) => {
      const { keyId: number, ...rest } = v.parse(dataKeyRow, row);
      return { number, ...rest };
    },
    attributesOf: (key) => ({ wrapped: { B: key.wrapped } }),
  });
}

interface RowForm<Key> {
  readonly parse: (row: Row) => Key;
  readonly attributesOf: (key: Key) => Row;
}

function createStore<Key extends NumberedKey>(
  { client, tableName: TableName }: KeysTable,
  purpose: string,
  { parse, attributesOf }: RowForm<Key>,
): KeyStore<Key> {
  const idOf = ({ number }: NumberedKey): Row => ({ purpose: { S: purpose }, keyId: { S: keyIdOf(number) } });
  return {
    async list() {
      const query = new QueryCommand({
        TableName,
        KeyConditionExpression: 'purpose = :purpose',
        ExpressionAttributeValues: { ':purpose': { S: purpose } },
        ConsistentRead: true,
      });
      // A purpose has a handful of keys, far from the megabyte that a page holds.
      const { Items = [] } = await orUnavailable('the Keys table', client.send(query));
      try {
        return Items.map(parse);
      } catch (cause) {
        throw new AuthError('temporarily_unavailable', `a row of the Keys table is not a key: ${purpose}`, { cause });
      }
    },
    async add(key) {
      const put = new PutItemCommand({
        TableName,
        Item: { ...idOf(key), activeFrom: { N: String(key.activeFrom.getTime()) }, ...attributesOf(key) },
        ConditionExpression: 'attribute_not_exists(keyId)',
      });
      try {
        await client.send(put);
        return true;
      } catch (cause) {
        if (cause instanceof ConditionalCheckFailedException) return false;
        throw new AuthError('temporarily_unavailable', 'the Keys table did not take the key', { cause });
      }
    },
    async remove(key) {
      await orUnavailable('the Keys table', client.send(new DeleteItemCommand({ TableName, Key: idOf(key) })));
    },
  };
}
