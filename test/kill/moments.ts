/** When a function's processes are killed: after a time, or in the middle of one of their calls. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalCloud } from '../../lib/local/local-cloud.ts';

export type Moment =
  | {
      /** After the first of these calls, which is how work begins that a cold start precedes. */
      readonly since: string;
      readonly afterMs: number;
    }
  | {
      /** As faults name it: `google.token`, `dynamodb.UpdateItem`. */
      readonly call: string;
      /** Counted from the arming, whoever makes it. */
      readonly nth: number;
      /** Whether the other side has done what it was asked for; its answer never arrives in either case. */
      readonly isDone: boolean;
    };

/** How long a call is waited for that may not be made at all. */
const patienceMs = 5_000;
/** Longer than it takes to do anything here, shorter than anybody waits. */
const workMs = 30;

/** As far away as others are, so that there is time to die in. */
const distances = 'google=slow:60,github=slow:60,events=slow:30,sqs=slow:30,dynamodb=slow:10';

/** To be armed before the work begins. @returns what waits for the moment and kills, and says whether it came. */
export function armKill(cloud: LocalCloud, functionName: string, moment: Moment): () => Promise<boolean> {
  const [call, nth] = 'afterMs' in moment ? [moment.since, 1] : [moment.call, moment.nth];
  const wanted = countCalls(cloud, call) + nth;
  cloud.faults.set(faultsFor(moment));
  return async () => {
    const giveUpAt = performance.now() + patienceMs;
    while (countCalls(cloud, call) < wanted && performance.now() < giveUpAt) await delay(2);
    const hasCome = countCalls(cloud, call) >= wanted;
    if ('afterMs' in moment) await delay(moment.afterMs);
    else if (hasCome && moment.isDone) await delay(workMs);
    cloud.faults.clear();
    cloud.killInstances(functionName);
    return hasCome;
  };
}

function faultsFor(moment: Moment): string {
  if ('afterMs' in moment) return distances;
  const { call, nth, isDone } = moment;
  const before = nth > 1 ? `${call}=slow:1*${nth - 1},` : '';
  return `${before}${call}=${isDone ? `slow:${patienceMs}` : 'hang'}*1`;
}

/** Before and after each. @param turn which one's turn it is: all of them come in so many rounds. */
export function momentOf(calls: readonly (readonly [string, number])[], turn: number): Moment {
  const [call, nth] = calls[Math.floor(turn / 2) % calls.length] ?? ['', 0];
  return { call, nth, isDone: turn % 2 === 1 };
}

export const describeMoment = (moment: Moment): string =>
  'afterMs' in moment
    ? `${moment.afterMs} ms after ${moment.since}`
    : `${moment.isDone ? 'after' : 'before'} ${moment.call} ${moment.nth}`;

function countCalls({ google, github, aws }: LocalCloud, call: string): number {
  const [target, operation = ''] = call.split('.');
  if (target === 'github') return github.calls.get(operation) ?? 0;
  if (target !== 'google') return aws.calls.get(call) ?? 0;
  // Gmail's are counted by resource.
  const names = [...google.calls].filter(([name]) => name === operation || name.startsWith(`${operation}.`));
  return operation === 'gmail' ? names.reduce((sum, [, count]) => sum + count, 0) : (google.calls.get(operation) ?? 0);
}
