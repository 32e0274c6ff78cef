/** The DeviceTickets table (key `ticketHash`). `validUntil` is the expiry, in milliseconds; `expiresAt` is the TTL, in seconds. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { DeviceTickets, LoginTicket } from '../domain/device-tickets.ts';
import { instant, text, texts } from './attributes.ts';
import { orUnavailable } from './or-unavailable.ts';

type Row = Record<string, AttributeValue>;

const item = v.object({
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

function toRow(ticketHash: string, ticket: LoginTicket): Row {
  const { kind, roles, expiresAt, organizationId, dpopThumbprint, ...plain } = ticket;
  return {
    ticketHash: { S: ticketHash },
    kind: { S: kind },
    ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, { S: value }])),
    roles: { L: roles.map((role) => ({ S: role })) },
    ...(organizationId !== undefined && { organizationId: { S: organizationId } }),
    ...(dpopThumbprint !== undefined && { dpopThumbprint: { S: dpopThumbprint } }),
    validUntil: { N: String(expiresAt.getTime()) },
    expiresAt: { N: String(Math.ceil(expiresAt.getTime() / 1000)) },
  };
}

function parseTicket(row: Row): LoginTicket {
  const { kind, organizationId, dpopThumbprint, validUntil, ...known } = v.parse(item, row);
  return { ...known, kind: kind.S, organizationId, dpopThumbprint, expiresAt: validUntil };
}
