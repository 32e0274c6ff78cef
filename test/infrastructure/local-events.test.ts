/** The local EventBridge: what is put on the templates' buses is kept, the rest is refused. */
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
