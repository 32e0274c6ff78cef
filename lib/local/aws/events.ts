/** EventBridge: `PutEvents` on the templates' buses and the account's default one; what is put is kept to be looked at. */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { jsonObject } from '../json-object.ts';
import type { Deployment } from '../template.ts';
import { AwsError, type AwsService } from './aws-service.ts';
import { createJsonService, jsonOperation } from './json-service.ts';

export interface RecordedEvent {
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
}

const entrySchema = v.object({
  EventBusName: v.optional(v.string(), 'default'),
  Source: v.optional(v.string(), ''),
  DetailType: v.optional(v.string(), ''),
  Detail: v.optional(v.string(), ''),
});
type Entry = v.InferOutput<typeof entrySchema>;

const putEventsInput = v.object({ Entries: v.pipe(v.array(entrySchema), v.minLength(1), v.maxLength(10)) });

/** @param record is called with every event that was taken */
export function createEventBridge(
  { resources, region, accountId }: Deployment,
  record: (event: RecordedEvent) => void,
): AwsService {
  const arnOf = (bus: string) =>
    bus.startsWith('arn:') ? bus : `arn:aws:events:${region}:${accountId}:event-bus/${bus}`;
  const buses = new Map(
    [
      'default',
      ...resources.filter(({ type }) => type === 'AWS::Events::EventBus').map(({ physicalId }) => physicalId),
    ].map((name) => [arnOf(name), name]),
  );

  return createJsonService('events', 'AWSEvents', {
    PutEvents: jsonOperation(putEventsInput, ({ Entries }) => ({
      permissions: Entries.map(({ EventBusName, Source, DetailType }) => ({
        action: 'events:PutEvents',
        resource: arnOf(EventBusName),
        context: { 'events:source': Source, 'events:detail-type': DetailType },
      })),
      run: () => {
        const taken = Entries.map((entry) => {
          const bus = buses.get(arnOf(entry.EventBusName));
          if (bus === undefined) {
            throw new AwsError('ResourceNotFoundException', `Event bus ${entry.EventBusName} does not exist.`);
          }
          return read(entry, bus);
        });
        for (const each of taken) if ('detail' in each) record(each);
        return {
          FailedEntryCount: taken.filter((each) => 'ErrorCode' in each).length,
          Entries: taken.map((each) => ('ErrorCode' in each ? each : { EventId: randomUUID() })),
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
