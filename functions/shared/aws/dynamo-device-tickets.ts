/** The DeviceTickets table (key `ticketHash`). `validUntil` is the expiry, in milliseconds; `expiresAt` is the TTL, in seconds. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { ConnectTicket, DeviceTicket, DeviceTickets, LoginTicket } from '../domain/device-tickets.ts';
import { bytes, instant, text, texts } from './attributes.ts';
import { orUnavailable } from './or-unavailable.ts';

type Row = Record<string, AttributeValue>;

const loginItem = v.object({
  kind: v.object({ S: v.literal('login') }),
  userId: text,
  workosUserId: text,
  workosSessionId: text,
  organizationId: v.optional(text),
  roles: texts,
  clientId: text,
  redirectUri: text,
  codeChallenge: text,
  dpopThumbprint: v.optional(text),
  validUntil: instant,
});
const connectItem = v.object({
  kind: v.object({ S: v.literal('connect') }),
  userId: text,
  sessionId: text,
  clientId: text,
  module: text,
  accountId: text,
  address: text,
  scopes: texts,
  keyId: text,
  sealed: bytes,
  validUntil: instant,
});
const item = v.union([loginItem, connectItem]);

export function createDynamoDeviceTickets(client: DynamoDBClient, tableName: string): DeviceTickets {
  return {
    async put(ticketHash, ticket) {
      const put = new PutItemCommand({
        TableName: tableName,
        Item: toRow(ticketHash, ticket),
        ConditionExpression: 'attribute_not_exists(ticketHash)',
      });
      try {
        await orUnavailable('the DeviceTickets table', client.send(put));
        return true;
      } catch (error) {
        if (error instanceof Error && error.cause instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async take(ticketHash) {
      const remove = new DeleteItemCommand({
        TableName: tableName,
        Key: { ticketHash: { S: ticketHash } },
        ReturnValues: 'ALL_OLD',
      });
      const { Attributes } = await orUnavailable('the DeviceTickets table', client.send(remove));
      return Attributes && parseTicket(Attributes);
    },
  };
}

function toRow(ticketHash: string, ticket: DeviceTicket): Row {
  const { expiresAt } = ticket;
  return {
    ticketHash: { S: ticketHash },
    ...(ticket.kind === 'login' ? loginAttributes(ticket) : connectAttributes(ticket)),
    validUntil: { N: String(expiresAt.getTime()) },
    expiresAt: { N: String(Math.ceil(expiresAt.getTime() / 1000)) },
  };
}

function loginAttributes(ticket: LoginTicket): Row {
  const { roles, expiresAt: _, organizationId, dpopThumbprint, ...plain } = ticket;
  return {
    ...toTexts(plain),
    roles: toList(roles),
    ...(organizationId !== undefined && { organizationId: { S: organizationId } }),
    ...(dpopThumbprint !== undefined && { dpopThumbprint: { S: dpopThumbprint } }),
  };
}

function connectAttributes(ticket: ConnectTicket): Row {
  const { account, scopes, sealed, expiresAt: _, ...plain } = ticket;
  return {
    ...toTexts({ ...plain, accountId: account.id, address: account.address, keyId: sealed.keyId }),
    scopes: toList(scopes),
    sealed: { B: sealed.bytes },
  };
}

const toTexts = (values: Readonly<Record<string, string>>): Row =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { S: value }]));

const toList = (values: readonly string[]): AttributeValue => ({ L: values.map((value) => ({ S: value })) });

function parseTicket(row: Row): DeviceTicket {
  const known = v.parse(item, row);
  if (!('accountId' in known)) {
    const { kind, organizationId, dpopThumbprint, validUntil, ...login } = known;
    return { ...login, kind: kind.S, organizationId, dpopThumbprint, expiresAt: validUntil };
  }
  const { kind, accountId, address, keyId, sealed, validUntil, ...connect } = known;
  return {
    ...connect,
    kind: kind.S,
    account: { id: accountId, address },
    sealed: { keyId, bytes: sealed },
    expiresAt: validUntil,
  };
}
