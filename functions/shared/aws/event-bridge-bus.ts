/** The stage's EventBridge bus. Detail types are the contract's event names; `source` is `gatehouse`. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventBus } from '../domain/events.ts';

export function createEventBridgeBus(client: EventBridgeClient, busName: string): EventBus {
  return {
    async publish(name, detail) {
      const { FailedEntryCount } = await client.send(
        new PutEventsCommand({
          Entries: [{ EventBusName: busName, Source: 'gatehouse', DetailType: name, Detail: JSON.stringify(detail) }],
        }),
      );
      // PutEvents answers 200 even when it took nothing.
      if (FailedEntryCount) throw new Error('EventBridge refused the event');
    },
  };
}
