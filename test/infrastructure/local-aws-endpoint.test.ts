/** The local AWS as a whole: who may call it, what IAM refuses, what faults do to calls, and how calls are counted. */
import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { Faults } from '../../lib/local/faults.ts';
import { allow, type ClientConfig, functionThatMay, sign, startLocalAws } from './local-aws.ts';

const users = {
  Users: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'users',
      KeySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'userId', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  },
};
const usersArn = { 'Fn::GetAtt': ['Users', 'Arn'] };
const key = { userId: { S: 'usr_1' } };
const getItem = new GetItemCommand({ TableName: 'users', Key: key });
const putItem = new PutItemCommand({ TableName: 'users', Item: { ...key, name: { S: 'Alice' } } });

describe('a call to the local AWS', () => {
  it('goes through for the role that may and is refused, as IAM does, for the one that may not', async () => {
    const report: string[] = [];
    const aws = await startLocalAws(
      {
        ...users,
        ...functionThatMay('reader', allow('dynamodb:GetItem', usersArn)),
        ...functionThatMay('writer', allow('dynamodb:PutItem', usersArn)),
      },
      { report: (line) => report.push(line) },
    );
    await new DynamoDBClient(aws.as('writer')).send(putItem);
    const { Item } = await new DynamoDBClient(aws.as('reader')).send(getItem);
    expect(Item).toEqual({ ...key, name: { S: 'Alice' } });

    const refusal =
      'User: arn:aws:sts::000000000000:assumed-role/writer/local is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/users because no identity-based policy allows the dynamodb:GetItem action';
    await expect(new DynamoDBClient(aws.as('writer')).send(getItem)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: refusal,
      $metadata: { httpStatusCode: 400 },
    });
    expect(report).toEqual([refusal]);
  });

  it('says so when a policy denies it', async () => {
    const deny = { Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' };
    const aws = await startLocalAws({ ...users, ...functionThatMay('reader', allow('*', '*'), deny) });
    await expect(new DynamoDBClient(aws.as('reader')).send(getItem)).rejects.toThrow(
      'with an explicit deny in an identity-based policy',
    );
  });

  it('may be anything for the operator', async () => {
    const aws = await startLocalAws(users);
    const { TableNames } = await new DynamoDBClient(aws.asOperator()).send(new ListTablesCommand({}));
    expect(TableNames).toEqual(['users']);
  });

  it('is conditional on who calls, and from where', async () => {
    const condition = {
      ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/reader' },
      Bool: { 'aws:SecureTransport': 'true' },
      StringEquals: { 'aws:RequestedRegion': 'us-east-1', 'aws:PrincipalAccount': '000000000000' },
    };
    const statement = allow('dynamodb:GetItem', usersArn, condition);
    const aws = await startLocalAws({
      ...users,
      ...functionThatMay('reader', statement),
      ...functionThatMay('other', statement),
    });
    await new DynamoDBClient(aws.as('reader')).send(getItem);
    await expect(new DynamoDBClient(aws.as('other')).send(getItem)).rejects.toThrow('not authorized');
  });
});

describe('a signature', () => {
  const withCredentials = (config: ClientConfig, credentials: Partial<ClientConfig['credentials']>) =>
    new DynamoDBClient({ ...config, credentials: { ...config.credentials, ...credentials } });
  const resources = { ...users, ...functionThatMay('reader', allow('dynamodb:GetItem', usersArn)) };

  it.each([
    ['an unknown key', { accessKeyId: 'AKIAUNKNOWN' }, 'UnrecognizedClientException'],
    ['a wrong secret', { secretAccessKey: 'guessed' }, 'InvalidSignatureException'],
    ['a wrong session token', { sessionToken: 'guessed' }, 'UnrecognizedClientException'],
  ])('made with %s is refused', async (_what, credentials, name) => {
    const aws = await startLocalAws(resources);
    await expect(withCredentials(aws.as('reader'), credentials).send(getItem)).rejects.toMatchObject({ name });
    expect(aws.calls.size).toBe(0);
  });

  it("made with one role's key and another's token is refused", async () => {
    const aws = await startLocalAws({ ...resources, ...functionThatMay('other') });
    const { sessionToken = '' } = aws.as('other').credentials;
    await expect(withCredentials(aws.as('reader'), { sessionToken }).send(getItem)).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
  });

  it.each([
    ['another body', { body: '{"TableName":"others"}' }],
    ['another operation', { 'x-amz-target': 'DynamoDB_20120810.DeleteTable' }],
    ['another path', { path: '/elsewhere' }],
    ['an x-amz header that is not signed', { 'x-amz-extra': 'slipped in' }],
    ['another date', { 'x-amz-date': '20200101T000000Z' }],
  ])('does not hold for %s', async (_what, { body, path, ...headers }: Record<string, string>) => {
    const aws = await startLocalAws(resources);
    const signed = sign(aws.asOperator(), 'dynamodb', 'DynamoDB_20120810.ListTables', '{}');
    const response = await fetch(`${aws.url}${path ?? '/'}`, {
      method: 'POST',
      headers: { ...signed, ...headers },
      body: body ?? '{}',
    });
    expect(await response.json()).toMatchObject({ __type: 'InvalidSignatureException' });
    const untouched = await fetch(aws.url, { method: 'POST', headers: signed, body: '{}' });
    expect(untouched.status).toBe(200);
  });

  it('covers the query, in whatever order it is sent', async () => {
    const aws = await startLocalAws(resources);
    const target = 'DynamoDB_20120810.ListTables';
    const headers = sign(aws.asOperator(), 'dynamodb', target, '{}', 'a=%2F&a-b=&b=1&b=2');
    const statusOf = async (query: string) =>
      (await fetch(`${aws.url}/?${query}`, { method: 'POST', headers, body: '{}' })).status;
    expect(await statusOf('b=2&a-b&b=1&a=%2F')).toBe(200);
    expect(await statusOf('b=2&a-b&b=1&a=%2E')).toBe(400);
  });

  it.each([
    ['missing', undefined, 'MissingAuthenticationTokenException'],
    ['of another kind', 'Bearer abc', 'IncompleteSignatureException'],
  ])('that is %s is asked for', async (_what, authorization, __type) => {
    const aws = await startLocalAws(resources);
    const headers = authorization === undefined ? {} : { authorization };
    const response = await fetch(aws.url, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type });
  });

  it.each([
    ['s3', 'x', 'no service s3'],
    ['kms', 'TrentService.ScheduleKeyDeletion', 'kms.ScheduleKeyDeletion'],
    ['kms', 'TrentService.constructor', 'kms.constructor'],
    ['kms', 'secretsmanager.GetSecretValue', 'kms.secretsmanager.GetSecretValue'],
    ['dynamodb', 'DynamoDB_20120810.TransactWriteItems', 'dynamodb.TransactWriteItems'],
  ])('for %s and %s is answered by naming what is not known', async (service, target, message) => {
    const aws = await startLocalAws(resources);
    const headers = sign(aws.asOperator(), service, target, '{}');
    const response = await fetch(aws.url, { method: 'POST', headers, body: '{}' });
    expect(await response.json()).toEqual({
      __type: 'UnknownOperationException',
      message: expect.stringContaining(message),
    });
  });
});

describe('environmentFor()', () => {
  it('gives the credentials, the region and the endpoint, and each role its own', async () => {
    const aws = await startLocalAws({ ...functionThatMay('login'), ...functionThatMay('logout') });
    expect(aws.environmentFor('login')).toEqual({
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA[0-9A-F]{16}$/),
      AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^.{40}$/),
      AWS_SESSION_TOKEN: expect.any(String),
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: aws.url,
    });
    expect(aws.environmentFor('logout')['AWS_ACCESS_KEY_ID']).not.toBe(
      aws.environmentFor('login')['AWS_ACCESS_KEY_ID'],
    );
  });

  it('refuses a role that no function has', async () => {
    const aws = await startLocalAws({ Scheduler: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'scheduler' } } });
    expect(() => aws.environmentFor('scheduler')).toThrow('No function has the role scheduler');
  });
});

describe('startAwsEndpoint()', () => {
  it.each([
    ['a condition key', { StringEquals: { 'aws:ResourceTag/stage': 'local' } }, 'aws:ResourceTag/stage is not known'],
    ['a condition operator', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'IpAddress is not known'],
  ])('refuses a role whose policy has %s that nothing here evaluates', async (_what, condition, message) => {
    const start = startLocalAws({ ...users, ...functionThatMay('reader', allow('*', '*', condition)) });
    await expect(start).rejects.toThrow(message);
  });
});

describe('a fault', () => {
  const start = async (text: string) => {
    const faults = new Faults(text);
    const aws = await startLocalAws(users, { faults });
    return { aws, faults, client: new DynamoDBClient(aws.asOperator()) };
  };

  it.each([
    ['throttle', { name: 'ProvisionedThroughputExceededException', $metadata: { httpStatusCode: 400 } }],
    ['429', { name: 'ProvisionedThroughputExceededException', $metadata: { httpStatusCode: 429 } }],
    ['500', { name: 'InternalServerError', $metadata: { httpStatusCode: 500 } }],
    ['503', { name: 'InternalServerError', $metadata: { httpStatusCode: 503 } }],
    ['404', { name: 'ClientError', $metadata: { httpStatusCode: 404 } }],
    ['html', { $metadata: { httpStatusCode: 502 } }],
  ])('%s fails the call and does nothing', async (kind, error) => {
    const { client } = await start(`dynamodb.PutItem=${kind}`);
    await expect(client.send(putItem)).rejects.toMatchObject(error);
    expect((await client.send(getItem)).Item).toBeUndefined();
  });

  it("throttles in the service's own words", async () => {
    const { aws } = await start('secretsmanager=throttle');
    const client = new SecretsManagerClient(aws.asOperator());
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'x' }))).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
  });

  it('lost does the work and cuts the connection instead of answering', async () => {
    const { client } = await start('dynamodb.PutItem=lost');
    await expect(client.send(putItem)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await client.send(getItem)).Item).toBeDefined();
  });

  it('hang does nothing and never answers', async () => {
    const { client } = await start('dynamodb.PutItem=hang');
    const sent = client.send(putItem, { abortSignal: AbortSignal.timeout(50) });
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    expect((await client.send(getItem)).Item).toBeUndefined();
  });

  it('slow does the work at once and answers later', async () => {
    const { aws, client } = await start('dynamodb.PutItem=slow:400');
    const answered = client.send(putItem).then(() => 'answered');
    const others = async () => {
      while ((await client.send(getItem)).Item === undefined);
      return 'done';
    };
    expect(await Promise.race([answered, others()])).toBe('done');
    expect(await answered).toBe('answered');
    expect(aws.calls.get('dynamodb.PutItem')).toBe(1);
  });

  it('is met by as many attempts of the SDK as it says', async () => {
    const { aws } = await start('dynamodb.PutItem=500*2');
    await new DynamoDBClient({ ...aws.asOperator(), maxAttempts: 3 }).send(putItem);
    expect(Object.fromEntries(aws.calls)).toEqual({ 'dynamodb.PutItem': 3 });
  });
});

describe('close()', () => {
  it('ends calls that hang and frees the port', async () => {
    const aws = await startLocalAws(users, { faults: new Faults('dynamodb=hang') });
    const hanging = new DynamoDBClient(aws.asOperator()).send(getItem).catch((error: unknown) => error);
    await expect.poll(() => aws.calls.get('dynamodb.GetItem')).toBe(1);
    await aws.close();
    expect(await hanging).toBeInstanceOf(Error);
    await expect(fetch(aws.url)).rejects.toThrow('fetch failed');
  });
});
