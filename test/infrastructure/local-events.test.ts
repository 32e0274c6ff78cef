/** The local EventBridge: what is put on the templates' buses is kept and goes where the rules say; the rest is refused. */
import { EventBridgeClient, PutEventsCommand, ResourceNotFoundException } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { allow, functionThatMay, startLocalAws } from './local-aws.ts';

const bus = { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'gatehouse-local' } } };
const entry = {
  EventBusName: 'gatehouse-local',
  Source: 'gatehouse',
  DetailType: 'user.signed_in',
  Detail: '{"origin":"web"}',
};
const put = (...Entries: readonly object[]) => new PutEventsCommand({ Entries: [...Entries] });

describe('PutEvents', () => {
  it('records events in their order, by the name of the bus or its ARN', async () => {
    const aws = await startLocalAws(bus);
    const client = new EventBridgeClient(aws.asOperator());
    const arn = 'arn:aws:events:us-east-1:000000000000:event-bus/gatehouse-local';
    await client.send(put(entry, { ...entry, DetailType: 'user.signed_out' }));
    const { FailedEntryCount, Entries } = await client.send(put({ ...entry, EventBusName: arn }));
    expect({ FailedEntryCount, Entries }).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    expect(aws.events.map(({ detailType }) => detailType)).toEqual([
      'user.signed_in',
      'user.signed_out',
      'user.signed_in',
    ]);
    expect(aws.events[0]).toEqual({
      bus: 'gatehouse-local',
      source: 'gatehouse',
      detailType: 'user.signed_in',
      detail: { origin: 'web' },
    });
  });

  it('refuses a bus that is not there, and the whole request with it', async () => {
    const aws = await startLocalAws(bus);
    const sent = new EventBridgeClient(aws.asOperator()).send(put(entry, { ...entry, EventBusName: 'other' }));
    await expect(sent).rejects.toBeInstanceOf(ResourceNotFoundException);
    expect(aws.events).toEqual([]);
  });

  it.each([
    [{ ...entry, Detail: 'no JSON' }, 'MalformedDetail'],
    [{ ...entry, Detail: '[]' }, 'MalformedDetail'],
    [{ ...entry, Detail: undefined }, 'InvalidArgument'],
    [{ ...entry, Source: undefined }, 'InvalidArgument'],
  ])('takes the other entries when one is %j', async (wrong, ErrorCode) => {
    const aws = await startLocalAws(bus);
    const { FailedEntryCount, Entries } = await new EventBridgeClient(aws.asOperator()).send(put(wrong, entry));
    expect({ FailedEntryCount, Entries }).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode }, {}] });
    expect(aws.events).toHaveLength(1);
  });

  it('takes ten entries at once and not eleven', async () => {
    const aws = await startLocalAws(bus);
    const client = new EventBridgeClient(aws.asOperator());
    await client.send(put(...Array.from({ length: 10 }, () => entry)));
    const eleven = client.send(put(...Array.from({ length: 11 }, () => entry)));
    await expect(eleven).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('needs the right to the bus of every entry, where asked for its source', async () => {
    const condition = {
      StringEquals: { 'events:source': 'gatehouse' },
      StringLike: { 'events:detail-type': 'user.*' },
    };
    const statement = allow('events:PutEvents', { 'Fn::GetAtt': ['Bus', 'Arn'] }, condition);
    const aws = await startLocalAws({ ...bus, ...functionThatMay('f', statement) });
    const client = new EventBridgeClient(aws.as('f'));
    await client.send(put(entry));
    const refused = [
      { ...entry, EventBusName: undefined },
      { ...entry, Source: 'aws.s3' },
      { ...entry, DetailType: 'module.connected' },
    ];
    for (const each of refused) {
      await expect(client.send(put(entry, each))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    }
    expect(aws.events).toHaveLength(1);
  });
});

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** As CDK writes a rule with a queue for its target. */
function ruled(changes: object = {}, statement: object = {}) {
  return {
    ...bus,
    Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { source: ['gatehouse'], 'detail-type': ['module.connected'], detail: { module: ['gmail'] } },
        State: 'ENABLED',
        Tags: [{ Key: 'project', Value: 'gatehouse' }],
        Targets: [{ Id: 'Target0', Arn: arnOf('Jobs'), InputPath: '$.detail' }],
        ...changes,
      },
    },
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Jobs' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Action: 'sqs:*',
              Principal: { AWS: '*' },
              Resource: arnOf('Jobs'),
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
            {
              Effect: 'Allow',
              Action: ['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
              Principal: { Service: 'events.amazonaws.com' },
              Resource: arnOf('Jobs'),
              Condition: { ArnEquals: { 'aws:SourceArn': arnOf('Rule') } },
              ...statement,
            },
          ],
        },
      },
    },
  };
}

const connected = { ...entry, DetailType: 'module.connected', Detail: '{"module":"gmail","userId":"usr_1"}' };

describe('a rule', () => {
  it('takes the detail of an event that fits to its queue, and tells who waits for messages', async () => {
    const aws = await startLocalAws(ruled());
    const heard: string[] = [];
    aws.sqs.onMessages((queueArn) => heard.push(queueArn));
    await new EventBridgeClient(aws.asOperator()).send(put(connected));
    expect(await aws.sqs.bodies('jobs')).toEqual(['{"module":"gmail","userId":"usr_1"}']);
    expect(heard).toEqual(['arn:aws:sqs:us-east-1:000000000000:jobs']);
  });

  it('takes the whole event without an InputPath', async () => {
    const now = () => new Date('2026-01-02T03:04:05.678Z');
    const aws = await startLocalAws(ruled({ Targets: [{ Id: 'Target0', Arn: arnOf('Jobs') }] }), { now });
    const { Entries } = await new EventBridgeClient(aws.asOperator()).send(put(connected));
    const [body = ''] = await aws.sqs.bodies('jobs');
    expect(JSON.parse(body)).toEqual({
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'module.connected',
      source: 'gatehouse',
      account: '000000000000',
      time: '2026-01-02T03:04:05Z',
      region: 'us-east-1',
      resources: [],
      detail: { module: 'gmail', userId: 'usr_1' },
    });
  });

  it.each([
    ['of another source', { Source: 'aws.s3' }],
    ['of another type', { DetailType: 'module.disconnected' }],
    ['with another value in the detail', { Detail: '{"module":"github"}' }],
    ['without the field of the detail', { Detail: '{"name":"gmail"}' }],
    ['on another bus', { EventBusName: 'default' }],
  ])('leaves an event alone that is %s', async (_, change) => {
    const aws = await startLocalAws(ruled());
    await new EventBridgeClient(aws.asOperator()).send(put({ ...connected, ...change }));
    expect(aws.events).toHaveLength(1);
    expect(await aws.sqs.bodies('jobs')).toEqual([]);
  });

  it('takes one of several values, also of a list', async () => {
    const EventPattern = { 'detail-type': ['module.connected', 'module.recovered'], detail: { scopes: ['a', 1] } };
    const aws = await startLocalAws(ruled({ EventPattern }));
    const recovered = { ...connected, DetailType: 'module.recovered', Detail: '{"scopes":["b","a"]}' };
    const others = { ...connected, Detail: '{"scopes":["b"]}' };
    await new EventBridgeClient(aws.asOperator()).send(put(recovered, others));
    expect(await aws.sqs.bodies('jobs')).toEqual(['{"scopes":["b","a"]}']);
  });

  it.each([
    ['EventPattern.detail', { EventPattern: { detail: { module: [{ prefix: 'g' }] } } }],
    ['EventPattern.account', { EventPattern: { account: ['1'] } }],
    ['EventPattern', { EventPattern: {} }],
    ['ScheduleExpression', { ScheduleExpression: 'rate(1 minute)' }],
    ['State', { State: 'DISABLED' }],
    ['Targets.0.Arn', { Targets: [{ Id: 'Target0', Arn: 'arn:aws:lambda:us-east-1:000000000000:function:f' }] }],
    ['Targets.0.InputPath', { Targets: [{ Id: 'Target0', Arn: arnOf('Jobs'), InputPath: '$.id' }] }],
    ['Targets.0.RoleArn', { Targets: [{ Id: 'Target0', Arn: arnOf('Jobs'), RoleArn: 'arn:aws:iam::1:role/r' }] }],
  ])('is refused at the start for a %s that cannot be honoured here', async (path, changes) => {
    await expect(startLocalAws(ruled(changes))).rejects.toThrow(`app.Rule.${path}`);
  });

  it.each([
    [
      'for another rule',
      { Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:us-east-1:000000000000:rule/x` } } },
    ],
    ['for another service', { Principal: { Service: 'sns.amazonaws.com' } }],
    ['for another action', { Action: 'sqs:GetQueueUrl' }],
    ['for another queue', { Resource: 'arn:aws:sqs:us-east-1:000000000000:others' }],
  ])('is refused at the start when the queue’s policy is %s', async (_, statement) => {
    await expect(startLocalAws(ruled({}, statement))).rejects.toThrow(
      'app.Rule: no policy of arn:aws:sqs:us-east-1:000000000000:jobs lets events.amazonaws.com send for arn:aws:events:us-east-1:000000000000:rule/gatehouse-local/app-Rule',
    );
  });

  it('is refused at the start when the policy asks for what nobody here can say', async () => {
    const statement = { Condition: { StringEquals: { 'aws:SourceOrgID': 'o-1' } } };
    await expect(startLocalAws(ruled({}, statement))).rejects.toThrow(
      'app.Policy: the condition key aws:SourceOrgID is not known here',
    );
  });
});
