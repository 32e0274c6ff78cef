/** EventBridge: `PutEvents` on the templates' buses and the account's default one; what is put is kept to be looked at, and goes where the rules say. */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { jsonObject } from '../json-object.ts';
import type { Deployment } from '../template.ts';
import { AwsError, type AwsService } from './aws-service.ts';
import { type EventEnvelope, readEventRules } from './event-rules.ts';
import { createJsonService, jsonOperation } from './json-service.ts';

export interface RecordedEvent {
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

const entrySchema = v.object({
  EventBusName: v.optional(v.string(), 'default'),
  Source: v.optional(v.string(), ''),
  DetailType: v.optional(v.string(), ''),
  Detail: v.optional(v.string(), ''),
});
type Entry = v.InferOutput<typeof entrySchema>;

const putEventsInput = v.object({ Entries: v.pipe(v.array(entrySchema), v.minLength(1), v.maxLength(10)) });

export interface EventBridgeOptions {
  readonly deployment: Deployment;
  readonly now: () => Date;
  /** Is called with every event that was taken. */
  readonly record: (event: RecordedEvent) => void;
  /** Takes a message to a rule's queue. */
  readonly send: (queueArn: string, body: string) => Promise<void>;
}

/** @throws Error when a rule cannot be honoured here, or its queue does not let it in. */
export function createEventBridge({ deployment, now, record, send }: EventBridgeOptions): AwsService {
  const { resources, region, accountId } = deployment;
  const rules = readEventRules(deployment);
  const arnOf = (bus: string) =>
    bus.startsWith('arn:') ? bus : `arn:aws:events:${region}:${accountId}:event-bus/${bus}`;
  const buses = new Map(
    [
      'default',
      ...resources.filter(({ type }) => type === 'AWS::Events::EventBus').map(({ physicalId }) => physicalId),
    ].map((name) => [arnOf(name), name]),
  );

  /** EventBridge does it after its answer; here a test finds the message as soon as it has the answer. */
  async function forward({ bus, source, detailType, detail }: RecordedEvent, id: string): Promise<void> {
    const event: EventEnvelope = {
      version: '0',
      id,
      'detail-type': detailType,
      source,
      account: accountId,
      time: now().toISOString().replace(/\.\d+/, ''),
      region,
      resources: [],
      detail,
    };
    const targets = rules.filter((rule) => rule.bus === bus && rule.matches(event)).flatMap((rule) => rule.targets);
    for (const { queueArn, bodyOf } of targets) await send(queueArn, JSON.stringify(bodyOf(event)));
  }

  return createJsonService('events', 'AWSEvents', {
    PutEvents: jsonOperation(putEventsInput, ({ Entries }) => ({
      permissions: Entries.map(({ EventBusName, Source, DetailType }) => ({
        action: 'events:PutEvents',
        resource: arnOf(EventBusName),
        context: { 'events:source': Source, 'events:detail-type': DetailType },
      })),
      run: async () => {
        const taken = Entries.map((entry) => {
          const bus = buses.get(arnOf(entry.EventBusName));
          if (bus === undefined) {
            throw new AwsError('ResourceNotFoundException', `Event bus ${entry.EventBusName} does not exist.`);
          }
          return read(entry, bus);
        });
        const answers = taken.map((each) => ('ErrorCode' in each ? each : { event: each, id: randomUUID() }));
        for (const each of answers) {
          if (!('event' in each)) continue;
          record(each.event);
          await forward(each.event, each.id);
        }
        return {
          FailedEntryCount: taken.filter((each) => 'ErrorCode' in each).length,
          Entries: answers.map((each) => ('ErrorCode' in each ? each : { EventId: each.id })),
        };
      },
    })),
  });
}

/** An entry that is wrong in itself fails alone: the answer to the request is still 200. */
function read(entry: Entry, bus: string): RecordedEvent | { ErrorCode: string; ErrorMessage: string } {
  const missing = (['Source', 'DetailType', 'Detail'] as const).find((name) => entry[name] === '');
  if (missing !== undefined) {
    return {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
    };
  }
  const detail = v.safeParse(v.pipe(v.string(), v.parseJson(), jsonObject), entry.Detail);
  if (!detail.success) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  return { bus, source: entry.Source, detailType: entry.DetailType, detail: detail.output };
}
