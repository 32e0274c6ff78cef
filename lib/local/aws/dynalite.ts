/** Dynalite without a port: it has no permissions of its own, so nothing but this process may reach it. */
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { duplexPair } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import dynalite from 'dynalite';
import * as v from 'valibot';
import type { Reply } from './aws-service.ts';

export interface Dynalite {
  ask(operation: string, body: string | Buffer): Promise<Reply>;
  /** Creates tables and waits until they take items. @throws Error when one is refused. */
  createTables(tables: readonly object[]): Promise<void>;
}

/** Dynalite wants to see a signature and believes any; ours has been verified by then. */
const anySignature = {
  'content-type': 'application/x-amz-json-1.0',
  authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c',
  'x-amz-date': '-',
};

const tableState = v.object({ Table: v.object({ TableName: v.string(), TableStatus: v.string() }) });

export function createDynalite(): Dynalite {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

  const ask: Dynalite['ask'] = async (operation, body) => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest({
        method: 'POST',
        headers: { ...anySignature, 'x-amz-target': `DynamoDB_20120810.${operation}` },
        createConnection: () => {
          const [ours, theirs] = duplexPair();
          server.emit('connection', theirs);
          return ours;
        },
      });
      request.on('error', reject).on('response', resolve).end(body);
    });
    return { status: response.statusCode ?? 500, headers: answerHeaders(response), body: await buffer(response) };
  };

  const call = async (operation: string, input: object): Promise<string> => {
    const reply = await ask(operation, JSON.stringify(input));
    if (reply.status !== 200)
      throw new Error(`dynalite refuses ${operation} ${JSON.stringify(input)}: ${reply.body.toString()}`);
    return reply.body.toString();
  };

  return {
    ask,
    async createTables(tables) {
      for (const table of tables) {
        const created = v.parse(
          v.pipe(v.string(), v.parseJson(), v.object({ TableDescription: tableState.entries.Table })),
          await call('CreateTable', table),
        );
        await waitUntilActive(created.TableDescription.TableName);
      }
    },
  };

  /** Dynalite makes a table ACTIVE behind a timer; until then its items cannot be reached. */
  async function waitUntilActive(name: string): Promise<void> {
    for (;;) {
      const { Table } = v.parse(
        v.pipe(v.string(), v.parseJson(), tableState),
        await call('DescribeTable', { TableName: name }),
      );
      if (Table.TableStatus === 'ACTIVE') return;
      await delay(1);
    }
  }
}

/** All that speak of the answer and not of this connection. */
function answerHeaders({ headers }: IncomingMessage): Record<string, string> {
  const names = ['content-type', 'x-amz-crc32', 'x-amzn-requestid'];
  return Object.fromEntries(names.map((name) => [name, [headers[name]].flat().join()]));
}
