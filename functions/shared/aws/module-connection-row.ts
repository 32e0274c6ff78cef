/**
 * A row of ModuleTokens (`userId`, `module`), under 1 KB: instants in milliseconds, tokens sealed. `writeId` is of the last write:
 * the SDK repeats a write whose answer was lost, and must not take its own for another's.
 */
import { randomBytes } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { type ModuleConnection, moduleProblems } from '../domain/module-connections.ts';
import { bytes, instant, number, text, texts } from './attributes.ts';

export type Row = Record<string, AttributeValue>;

export const moduleConnectionRow = v.object({
  userId: text,
  module: text,
  accountId: text,
  address: text,
  scopes: texts,
  status: v.object({ S: v.picklist(['connected', 'reauthorization_required']) }),
  problem: v.optional(v.object({ S: v.picklist(moduleProblems) })),
  keyId: text,
  sealed: bytes,
  tokenVersion: number,
  connectedAt: instant,
  refreshedAt: instant,
  version: number,
  slot: v.optional(text),
  nextTurnAt: v.optional(instant),
  historyId: v.optional(text),
  messagesTotal: v.optional(number),
  lastSyncedAt: v.optional(instant),
});

/** Rows that are no connections: a module's name has no `#`. */
export const isConnectionRow = (row: Row): boolean => row['module']?.S?.includes('#') === false;

export const connectionKey = ({ userId, module }: Pick<ModuleConnection, 'module' | 'userId'>): Row => ({
  userId: { S: userId },
  module: { S: module },
});

/** Short, as everything in the row: it only has to differ from that of the write before. */
export const newWriteId = (): AttributeValue => ({ S: randomBytes(9).toString('base64url') });

export const toNumber = (value: Date | number): AttributeValue => ({
  N: String(typeof value === 'number' ? value : value.getTime()),
});

export function parseConnection(row: Row): ModuleConnection {
  const { accountId, address, status, problem, keyId, sealed, historyId, messagesTotal, lastSyncedAt, ...plain } =
    v.parse(moduleConnectionRow, row);
  return {
    ...plain,
    account: { id: accountId, address },
    status: status.S,
    problem: problem?.S,
    sealed: { keyId, bytes: sealed },
    slot: plain.slot,
    nextTurnAt: plain.nextTurnAt,
    mailbox:
      historyId !== undefined && messagesTotal !== undefined && lastSyncedAt
        ? { historyId, messagesTotal, lastSyncedAt }
        : undefined,
  };
}

export function toRow(connection: Omit<ModuleConnection, 'mailbox' | 'problem' | 'status'>): Row {
  const { account, scopes, sealed, slot, nextTurnAt } = connection;
  return {
    ...connectionKey(connection),
    accountId: { S: account.id },
    address: { S: account.address },
    scopes: { L: scopes.map((scope) => ({ S: scope })) },
    status: { S: 'connected' },
    keyId: { S: sealed.keyId },
    sealed: { B: sealed.bytes },
    tokenVersion: toNumber(connection.tokenVersion),
    connectedAt: toNumber(connection.connectedAt),
    refreshedAt: toNumber(connection.refreshedAt),
    version: toNumber(connection.version),
    ...(slot !== undefined && { slot: { S: slot } }),
    ...(nextTurnAt && { nextTurnAt: toNumber(nextTurnAt) }),
  };
}
