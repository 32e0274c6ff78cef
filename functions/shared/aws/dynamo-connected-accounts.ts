/** The ProviderAccounts table (key `account`: `provider#accountId`): the user who has it, and the set of their modules that use it. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { AuthError } from '../domain/auth-error.ts';
import type { ConnectedAccount, ConnectedAccounts } from '../domain/connected-accounts.ts';
import { orUnavailable } from './or-unavailable.ts';

const what = 'the ProviderAccounts table';

const keyOf = ({ provider, accountId }: ConnectedAccount) => ({ account: { S: `${provider}#${accountId}` } });

export function createDynamoConnectedAccounts(client: DynamoDBClient, tableName: string): ConnectedAccounts {
  const isHeld = async (write: Promise<unknown>): Promise<boolean> => {
    try {
      await orUnavailable(what, write);
      return true;
    } catch (error) {
      if (error instanceof Error && error.cause instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  const change = (
    account: ConnectedAccount,
    {
      expression,
      condition,
      values,
    }: { expression: string; condition: string; values: Record<string, AttributeValue> },
  ) =>
    client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: keyOf(account),
        UpdateExpression: expression,
        ConditionExpression: condition,
        ExpressionAttributeValues: values,
      }),
    );

  return {
    async claim(account, { userId, module }, gone) {
      const own = { ':user': { S: userId }, ':modules': { SS: [module] } };
      const claimed = change(account, {
        expression: 'SET userId = :user ADD modules :modules',
        condition: 'attribute_not_exists(account) OR userId = :user',
        values: own,
      });
      if (await isHeld(claimed)) return userId;
      if (gone !== undefined) {
        const taken = change(account, {
          expression: 'SET userId = :user, modules = :modules',
          condition: 'userId = :gone',
          values: { ...own, ':gone': { S: gone } },
        });
        if (await isHeld(taken)) return userId;
      }
      const get = new GetItemCommand({ TableName: tableName, Key: keyOf(account), ConsistentRead: true });
      const owner = (await orUnavailable(what, client.send(get))).Item?.['userId']?.S;
      // Let go of between the two calls: whoever asks again gets it.
      if (owner === undefined) throw new AuthError('temporarily_unavailable', 'the account changed hands just now');
      return owner;
    },

    async release(account, { userId, module }) {
      const isOurs = await isHeld(
        change(account, {
          expression: 'DELETE modules :modules',
          condition: 'userId = :user',
          values: { ':user': { S: userId }, ':modules': { SS: [module] } },
        }),
      );
      if (!isOurs) return;
      const removal = new DeleteItemCommand({
        TableName: tableName,
        Key: keyOf(account),
        ConditionExpression: 'userId = :user AND attribute_not_exists(modules)',
        ExpressionAttributeValues: { ':user': { S: userId } },
      });
      await isHeld(client.send(removal));
    },
  };
}
