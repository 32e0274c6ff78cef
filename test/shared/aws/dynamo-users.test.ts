/** The contract of `Users`, held by the memory store and by the DynamoDB store; and what is DynamoDB's alone. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoUsers } from '../../../functions/shared/aws/dynamo-users.ts';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import type { SignIn } from '../../../functions/shared/domain/users.ts';
import { createMemoryUsers } from '../../support/memory-users.ts';
import { startScriptedServer, unusedUrl } from '../../support/scripted-server.ts';
import { describeUsers } from '../../support/users-contract.ts';
import { createUsersTable, dynamoDbAt, startDynalite, usersIn } from '../../support/users-table.ts';

const dynalite = await startDynalite();
const tableName = await createUsersTable(dynalite);

describeUsers('memory', () => {
  const users = createMemoryUsers();
  return { users, setStatus: users.setStatus, stored: users.stored };
});

describeUsers('dynalite', () => usersIn(dynalite, tableName));

const { DYNAMODB_ENDPOINT } = process.env;
if (DYNAMODB_ENDPOINT) {
  const client = dynamoDbAt(DYNAMODB_ENDPOINT);
  const remoteTable = await createUsersTable(client);
  describeUsers(DYNAMODB_ENDPOINT, () => usersIn(client, remoteTable));
}

describe('createDynamoUsers()', () => {
  const signIn: SignIn = {
    userId: 'usr_row',
    workosUserId: 'user_row',
    email: 'alice@example.com',
    name: 'Alice Archer',
    pictureUrl: undefined,
    authMethod: 'Password',
    organizationId: undefined,
    roles: ['admin'],
    profileAt: new Date('2026-11-20T12:00:00.000Z'),
    at: new Date('2026-11-22T10:00:00.000Z'),
  };

  it('writes a row that holds what the sign-in knows, and no attribute for what it does not', async () => {
    const { users, stored } = usersIn(dynalite, tableName);
    await users.recordSignIn(signIn);
    expect(await stored('usr_row')).toStrictEqual({
      userId: { S: 'usr_row' },
      workosUserId: { S: 'user_row' },
      email: { S: 'alice@example.com' },
      name: { S: 'Alice Archer' },
      authMethod: { S: 'Password' },
      roles: { L: [{ S: 'admin' }] },
      status: { S: 'active' },
      profileAt: { S: '2026-11-20T12:00:00.000Z' },
      createdAt: { S: '2026-11-22T10:00:00.000Z' },
      lastSignInAt: { S: '2026-11-22T10:00:00.000Z' },
    });
  });

  it('leaves alone what others keep in the row', async () => {
    const { users, stored } = usersIn(dynalite, tableName);
    const Item = { userId: { S: 'usr_more' }, status: { S: 'active' }, plan: { S: 'team' } };
    await dynalite.send(new PutItemCommand({ TableName: tableName, Item }));
    await users.recordSignIn({ ...signIn, userId: 'usr_more' });
    expect(await stored('usr_more')).toMatchObject({ plan: { S: 'team' }, email: { S: 'alice@example.com' } });
  });

  it('finds consistently: an app redeems its ticket a moment after the first sign-in', async () => {
    const table = await startScriptedServer(() => ({ body: {} }));
    await createDynamoUsers(dynamoDbAt(table.url), 'users').find('usr_row');
    expect(table.requests.map(({ body }) => body)).toEqual([expect.stringContaining('"ConsistentRead":true')]);
  });

  it.each([
    ['nobody listens', async () => createDynamoUsers(dynamoDbAt(await unusedUrl()), tableName)],
    ['there is no such table', () => Promise.resolve(createDynamoUsers(dynalite, 'no-such-table'))],
  ])('is temporarily unavailable, with the reason as its cause, when %s', async (_, create) => {
    const users = await create();
    for (const call of [users.recordSignIn(signIn), users.find('usr_row')]) {
      const error: unknown = await call.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AuthError);
      expect(error).toMatchObject({ code: 'temporarily_unavailable', cause: expect.any(Error) });
    }
  });
});
