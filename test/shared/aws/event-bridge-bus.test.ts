import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { createEventBridgeBus } from '../../../functions/shared/aws/event-bridge-bus.ts';
import { awsRefusal } from '../../support/aws-refusal.ts';
import { type ScriptedAnswer, startScriptedServer } from '../../support/scripted-server.ts';

async function startBus(answer: ScriptedAnswer) {
  const { url, requests } = await startScriptedServer(() => answer);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new EventBridgeClient({ endpoint: url, region: 'us-east-1', maxAttempts: 1, credentials });
  return { bus: createEventBridgeBus(client, 'gatehouse-prod'), requests };
}

const detail = { userId: 'usr_1', sessionId: 'a1' };

describe('createEventBridgeBus()', () => {
  it("puts an event on the stage's bus under the contract's name", async () => {
    const { bus, requests } = await startBus({ body: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] } });
    await bus.publish('user.signed_out', detail);
    expect(requests).toHaveLength(1);
    expect(JSON.parse(requests[0]?.body ?? '')).toStrictEqual({
      Entries: [
        {
          EventBusName: 'gatehouse-prod',
          Source: 'gatehouse',
          DetailType: 'user.signed_out',
          Detail: JSON.stringify(detail),
        },
      ],
    });
  });

  it('fails when EventBridge answers 200 and took nothing', async () => {
    const { bus } = await startBus({ body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] } });
    await expect(bus.publish('user.signed_out', detail)).rejects.toThrow('EventBridge refused the event');
  });

  it('fails when EventBridge does', async () => {
    const { bus } = await startBus(awsRefusal('InternalException', 500));
    await expect(bus.publish('user.signed_out', detail)).rejects.toMatchObject({ name: 'InternalException' });
  });
});
