/** What happened, for operators. Fields are named one by one: never an event, a request or an answer as a whole. */
import type { AuthError } from './auth-error.ts';

export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Log {
  info(event: string, fields?: LogFields): void;
  /** Something failed that a user or another system caused, or that mends itself. */
  warn(event: string, fields?: LogFields, cause?: unknown): void;
  /** Something failed that an operator has to look at. */
  error(event: string, fields?: LogFields, cause?: unknown): void;
  /** The same log, with these fields on every line. */
  with(fields: LogFields): Log;
}

/** A request that fails because something behind us did is an operator's business; everything else is its sender's. */
export function logFailure(log: Log, event: string, error: AuthError): void {
  const isOurs = error.code === 'temporarily_unavailable' && error.cause !== undefined;
  log[isOurs ? 'error' : 'warn'](event, { code: error.code }, error);
}
