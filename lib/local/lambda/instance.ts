/** One instance of a function: takes one event at a time until it fails or is killed. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { FunctionDefinition } from './function-definition.ts';
import { startProcess } from './instance-process.ts';
import { type FunctionError, type Outcome, runtimeErrors } from './outcome.ts';
import type { Report } from './runtime-api.ts';

export interface Instance {
  /** False from the moment on which it cannot take another event. */
  readonly isAlive: boolean;
  /** Resolves when nothing of it is left. */
  readonly gone: Promise<void>;
  /** One at a time. */
  invoke(event: string): Promise<Outcome>;
  kill(): void;
}

export interface InstanceOptions {
  readonly initTimeoutSeconds: number;
  /** @param requestId of the invocation under way; `undefined` where there is none. */
  readonly onLogLine: (line: string, requestId: string | undefined) => void;
}

/** What the platform finds, where a report is what the bootstrap says. */
interface Breakdown {
  readonly breakdown: FunctionError;
}

export function startInstance(definition: FunctionDefinition, options: InstanceOptions): Instance {
  const { initTimeoutSeconds, onLogLine } = options;
  const killing = new AbortController();
  let isAlive = true;
  let isInitialised = false;
  let requestId: string | undefined;

  const starting = startProcess({
    definition,
    onLine: (line) => onLogLine(line, requestId),
    onExit: () => (isAlive = false),
    signal: killing.signal,
  });
  const initialised = initialise();

  function kill(): void {
    isAlive = false;
    killing.abort();
  }

  function breakDown({ breakdown }: Breakdown): FunctionError {
    // That an instance without an event was killed on purpose is no news.
    if (requestId !== undefined || !killing.signal.aborted) onLogLine(breakdown.errorMessage, requestId);
    kill();
    return breakdown;
  }

  async function initialise(): Promise<FunctionError | undefined> {
    const { api, exited } = await starting;
    const id = () => requestId ?? 'none';
    const end = await firstWithin<FunctionError | Breakdown | undefined>(
      initTimeoutSeconds,
      [api.initialised, exited.then((how) => ({ breakdown: runtimeErrors.exited(id(), how) }))],
      () => ({ breakdown: runtimeErrors.initTimedOut(id(), initTimeoutSeconds) }),
    );
    isInitialised = end === undefined;
    if (end === undefined) return undefined;
    if ('breakdown' in end) return breakDown(end);
    kill();
    return end;
  }

  async function run(id: string, event: string): Promise<Report> {
    const error = await initialised;
    if (error) return { error };
    const { api, exited } = await starting;
    const { arn, timeoutSeconds } = definition;
    const end = await firstWithin<Report | Breakdown>(
      timeoutSeconds,
      [
        api.deliver({
          requestId: id,
          event,
          functionArn: arn,
          traceId: newTraceId(),
          deadlineMs: Date.now() + timeoutSeconds * 1000,
        }),
        exited.then((how) => ({ breakdown: runtimeErrors.exited(id, how) })),
      ],
      () => ({ breakdown: runtimeErrors.timedOut(id, timeoutSeconds) }),
    );
    return 'breakdown' in end ? { error: breakDown(end) } : end;
  }

  return {
    get isAlive() {
      return isAlive;
    },
    gone: starting.then(async ({ exited }) => void (await exited)),
    kill,
    async invoke(event) {
      const id = (requestId = randomUUID());
      const start = isInitialised ? 'warm' : 'cold';
      const startedAt = performance.now();
      const report = await run(id, event);
      await (await starting).outputRead(id);
      requestId = undefined;
      const invocation = { requestId: id, start, durationMs: performance.now() - startedAt } as const;
      return 'error' in report
        ? { kind: 'failed', error: report.error, run: invocation }
        : { kind: 'answered', payload: report.answer, run: invocation };
    },
  };
}

async function firstWithin<T>(seconds: number, ends: readonly Promise<T>[], late: () => T): Promise<T> {
  const timeout = Promise.withResolvers<T>();
  const timer = setTimeout(() => timeout.resolve(late()), seconds * 1000);
  try {
    return await Promise.race([timeout.promise, ...ends]);
  } finally {
    clearTimeout(timer);
  }
}

/** @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Sampled=0`;
}
