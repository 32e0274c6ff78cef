/** How an invocation ends. */

/** In the form that Lambda's Invoke API gives to callers. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type Outcome =
  | { readonly kind: 'answered'; /** JSON. */ readonly payload: string; readonly run: Run }
  | { readonly kind: 'failed'; readonly error: FunctionError; readonly run: Run }
  /** All instances are busy, and so many wait already that Lambda says 429. */
  | { readonly kind: 'throttled' };

/** What one invocation cost. */
export interface Run {
  /** Lambda's request id, by which log lines name their invocation. */
  readonly requestId: string;
  /** `cold`: the instance was not ready yet when the event came. */
  readonly start: 'cold' | 'warm';
  readonly durationMs: number;
}

export const runtimeErrors = {
  timedOut: (requestId: string, timeoutSeconds: number): FunctionError => ({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
  }),
  initTimedOut: (requestId: string, timeoutSeconds: number): FunctionError => ({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Init timed out after ${timeoutSeconds.toFixed(2)} seconds`,
  }),
  exited: (requestId: string, how: string): FunctionError => ({
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
  }),
  answerTooLarge: (limitBytes: number): FunctionError => ({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${limitBytes} bytes).`,
  }),
};
