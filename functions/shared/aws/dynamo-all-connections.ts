/** The ModuleTokens table from one end to the other: for a job, never for a request. */
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { AllConnections, ConnectionKey } from '../domain/all-connections.ts';
import type { ModuleConnection } from '../domain/module-connections.ts';
import { connectionKey, isConnectionRow, parseConnection, type Row } from './module-connection-row.ts';
import { orUnavailable } from './or-unavailable.ts';

export function createDynamoAllConnections(client: DynamoDBClient, tableName: string): AllConnections {
  return {
    async page(limit, after) {
      const scan = new ScanCommand({
        TableName: tableName,
        Limit: limit,
        // What was written before the pass began is in it.
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: connectionKey(after) }),
      });
      const { Items = [], LastEvaluatedKey } = await orUnavailable('the ModuleTokens table', client.send(scan));
      const connections: ModuleConnection[] = [];
      const unreadable: ConnectionKey[] = [];
      for (const row of Items.filter(isConnectionRow)) {
        const connection = readConnection(row);
        if (connection) connections.push(connection);
        else unreadable.push(keyOf(row));
      }
      return { connections, unreadable, after: LastEvaluatedKey && keyOf(LastEvaluatedKey) };
    },
  };
}

/** One row that somebody wrote by hand must not end the round. */
function readConnection(row: Row): ModuleConnection | undefined {
  try {
    return parseConnection(row);
  } catch {
    return undefined;
  }
}

const keyOf = (row: Row): ConnectionKey => ({ userId: row['userId']?.S ?? '', module: row['module']?.S ?? '' });
