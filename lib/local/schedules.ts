/** EventBridge Scheduler on this machine: runs functions at the rates that the templates say. */
import * as v from 'valibot';
import { functionNameIn, roleNameIn } from './deployed-functions.ts';
import type { Deployment } from './template.ts';

export interface Schedule {
  readonly name: string;
  readonly everyMs: number;
  readonly functionName: string;
  readonly functionArn: string;
  /** Under which Scheduler invokes the function. */
  readonly roleName: string;
  readonly event: unknown;
}

export interface RunningSchedules {
  stop(): void;
}

const minuteMs = 60_000;
const unitsMs = new Map([
  ['minute', minuteMs],
  ['hour', 60 * minuteMs],
  ['day', 24 * 60 * minuteMs],
]);
/** Node's timers end at 24.8 days. */
const longestTimerMs = 24 * 60 * minuteMs;

const ScheduleProperties = v.strictObject({
  Name: v.optional(v.string()),
  Description: v.optional(v.string()),
  ScheduleExpression: v.string(),
  FlexibleTimeWindow: v.strictObject({ Mode: v.literal('OFF') }),
  State: v.optional(v.literal('ENABLED')),
  Target: v.strictObject({
    Arn: v.pipe(v.string(), v.regex(/^arn:aws:lambda:[^:]+:\d+:function:/, 'must be a function')),
    RoleArn: v.string(),
    Input: v.optional(v.pipe(v.string(), v.parseJson()), '{}'),
    /** Without a meaning here: a turn is never kept back. */
    RetryPolicy: v.optional(v.unknown()),
    DeadLetterConfig: v.optional(v.unknown()),
  }),
});

/** @throws Error naming a schedule and what of it cannot be honoured here. */
export function readSchedules({ resources }: Deployment): Schedule[] {
  return resources
    .filter(({ type }) => type === 'AWS::Scheduler::Schedule')
    .map(({ stack, logicalId, physicalId, properties }) => {
      const where = `${stack}.${logicalId}`;
      const parsed = v.safeParse(ScheduleProperties, properties);
      if (!parsed.success) {
        const [issue] = parsed.issues;
        throw new Error(`${where}.${v.getDotPath(issue) ?? 'properties'}: ${issue.message}`);
      }
      const { ScheduleExpression, Target } = parsed.output;
      return {
        name: physicalId,
        everyMs: readRate(where, ScheduleExpression),
        functionName: functionNameIn(Target.Arn),
        functionArn: Target.Arn,
        roleName: roleNameIn(Target.RoleArn),
        event: Target.Input,
      };
    });
}

function readRate(where: string, expression: string): number {
  const [, count, unit = ''] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = unitsMs.get(unit);
  if (unitMs === undefined) {
    throw new Error(`${where}: only rate(<n> minutes|hours|days) runs here, not ${expression}`);
  }
  return Number(count) * unitMs;
}

/**
 * The first turn comes after one interval. In AWS it comes at once; here whatever has to run before anything else runs at
 * deployment. No timer keeps the process alive.
 * @param run never rejects
 */
export function startSchedules(schedules: readonly Schedule[], run: (schedule: Schedule) => void): RunningSchedules {
  const timers = new Map<Schedule, NodeJS.Timeout>();

  function wait(schedule: Schedule, remainingMs: number): void {
    const ms = Math.min(remainingMs, longestTimerMs);
    const timer = setTimeout(() => {
      if (remainingMs > ms) return wait(schedule, remainingMs - ms);
      wait(schedule, schedule.everyMs);
      run(schedule);
    }, ms);
    timers.set(schedule, timer.unref());
  }

  for (const schedule of schedules) wait(schedule, schedule.everyMs);
  return {
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
