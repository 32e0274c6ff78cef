import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoIssuedTokens } from '../../../functions/shared/aws/dynamo-issued-tokens.ts';
import { createStringKeyTable } from '../../support/string-key-table.ts';
import { startDynalite } from '../../support/users-table.ts';

const dynalite = await startDynalite();
const tableName = await createStringKeyTable(dynalite, 'userId', 'jti');
const issuedAt = new Date('2026-11-22T10:00:00Z');
const expiresAt = new Date('2026-11-22T11:00:00Z');
const issued = { userId: 'usr_1', jwtHash: 'f'.repeat(64), sessionId: 'a'.repeat(32), issuedAt, expiresAt };

describe('createDynamoIssuedTokens()', () => {
  it('writes a row for each token: hash, issue and expiry, the times in seconds', async () => {
    const { record } = createDynamoIssuedTokens(dynalite, tableName);
    await record({ ...issued, jti: 'one' });
    await record({ ...issued, jti: 'two' });
    const { Items } = await dynalite.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'userId = :user',
        ExpressionAttributeValues: { ':user': { S: 'usr_1' } },
      }),
    );
    const row = (jti: string) => ({
      userId: { S: 'usr_1' },
      jti: { S: jti },
      jwtHash: { S: issued.jwtHash },
      sessionId: { S: issued.sessionId },
      issuedAt: { N: '1795341600' },
      expiresAt: { N: '1795345200' },
    });
    expect(Items).toStrictEqual([row('one'), row('two')]);
  });

  it('is temporarily unavailable when there is no table', async () => {
    const { record } = createDynamoIssuedTokens(dynalite, 'no-such-table');
    await expect(record({ ...issued, jti: 'x' })).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      cause: expect.any(Error),
    });
  });
});
