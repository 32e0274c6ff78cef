/** The local Lambda API: `Invoke` reaches the runtime, and its failures come back as Lambda tells them. */
import { InvokeCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { allow, functionThatMay, startLocalAws } from './local-aws.ts';

const resources = functionThatMay('token');
const FunctionName = 'token';

describe('Invoke', () => {
  it('hands the payload to the function, by name or ARN, and gives its result', async () => {
    const aws = await startLocalAws(resources, {
      invokeFunction: (name, payload) => Promise.resolve({ name, payload }),
    });
    const client = new LambdaClient(aws.asOperator());
    for (const id of [FunctionName, 'arn:aws:lambda:us-east-1:000000000000:function:token']) {
      const invoke = new InvokeCommand({ FunctionName: id, Payload: '{"userId":"usr_1"}' });
      const { Payload, StatusCode, FunctionError } = await client.send(invoke);
      expect(JSON.parse(Payload?.transformToString() ?? '')).toEqual({ name: 'token', payload: { userId: 'usr_1' } });
      expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: undefined });
    }
  });

  it('gives null for a function that returns nothing, and takes a call without payload', async () => {
    const payloads: unknown[] = [];
    const aws = await startLocalAws(resources, {
      invokeFunction: (_name, payload) => Promise.resolve(void payloads.push(payload)),
    });
    const { Payload } = await new LambdaClient(aws.asOperator()).send(new InvokeCommand({ FunctionName }));
    expect(Payload?.transformToString()).toBe('null');
    expect(payloads).toEqual([{}]);
  });

  it('tells of a function that fails', async () => {
    const aws = await startLocalAws(resources, { invokeFunction: () => Promise.reject(new TypeError('broken')) });
    const { Payload, FunctionError } = await new LambdaClient(aws.asOperator()).send(
      new InvokeCommand({ FunctionName }),
    );
    expect(FunctionError).toBe('Unhandled');
    expect(JSON.parse(Payload?.transformToString() ?? '')).toEqual({ errorType: 'TypeError', errorMessage: 'broken' });
  });

  it('does not wait for an event', async () => {
    const aws = await startLocalAws(resources, { invokeFunction: () => new Promise(() => {}) });
    const invoke = new InvokeCommand({ FunctionName, InvocationType: 'Event' });
    expect((await new LambdaClient(aws.asOperator()).send(invoke)).StatusCode).toBe(202);
  });

  it('signs a qualifier with the rest', async () => {
    const aws = await startLocalAws(resources, { invokeFunction: () => Promise.resolve('ok') });
    const invoke = new InvokeCommand({ FunctionName, Qualifier: '$LATEST' });
    expect((await new LambdaClient(aws.asOperator()).send(invoke)).StatusCode).toBe(200);
  });

  it('knows no other function', async () => {
    const aws = await startLocalAws(resources);
    const invoking = new LambdaClient(aws.asOperator()).send(new InvokeCommand({ FunctionName: 'nothing' }));
    await expect(invoking).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('needs the right to that function', async () => {
    const invokeFunction = () => Promise.resolve('ok');
    const statement = allow('lambda:InvokeFunction', { 'Fn::GetAtt': ['tokenFunction', 'Arn'] });
    const all = { ...resources, ...functionThatMay('caller', statement) };
    const aws = await startLocalAws(all, { invokeFunction });
    await new LambdaClient(aws.as('caller')).send(new InvokeCommand({ FunctionName }));
    const other = new LambdaClient(aws.as('caller')).send(new InvokeCommand({ FunctionName: 'caller' }));
    await expect(other).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:caller',
      ),
      $metadata: { httpStatusCode: 403 },
    });
  });
});
