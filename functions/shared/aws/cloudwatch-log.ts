/**
 * One JSON object a line on stdout, where Lambda takes it to CloudWatch Logs.
 *
 * Of an error only what we wrote ourselves or what cannot hold a secret: messages of other people's errors may quote a code
 * or a token (WorkOS's `invalid_grant` quotes the authorization code), so their class, code, status and stack frames must do.
 */
import { AuthError } from '../domain/auth-error.ts';
import type { Log, LogFields } from '../domain/log.ts';

type Write = (line: string) => void;

export function createCloudWatchLog(
  fields: LogFields = {},
  write: Write = (line) => void process.stdout.write(`${line}\n`),
): Log {
  const at =
    (level: string) =>
    (event: string, more: LogFields = {}, cause?: unknown): void =>
      write(
        JSON.stringify({
          level,
          event,
          ...fields,
          ...more,
          ...(cause === undefined ? {} : { error: describe(cause) }),
        }),
      );
  return {
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (more) => createCloudWatchLog({ ...fields, ...more }, write),
  };
}

interface DescribedError {
  readonly name: string;
  readonly code?: string;
  readonly status?: number;
  readonly message?: string;
  readonly frames?: readonly string[];
  readonly cause?: DescribedError;
}

function describe(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = stringOf(error, 'code') ?? stringOf(error, 'error');
  const status = numberOf(error, 'status') ?? numberOf(recordOf(error, '$metadata'), 'httpStatusCode');
  return {
    name: error.name,
    ...(code !== undefined && { code }),
    ...(status !== undefined && { status }),
    ...(error instanceof AuthError ? { message: error.message } : { frames: framesOf(error) }),
    ...(error.cause !== undefined && { cause: describe(error.cause) }),
  };
}

/** A code is a short word; anything longer is a message in disguise. */
function stringOf(value: object, key: string): string | undefined {
  const found: unknown = Reflect.get(value, key);
  return typeof found === 'string' && /^[\w.-]{1,64}$/.test(found) ? found : undefined;
}

function numberOf(value: object | undefined, key: string): number | undefined {
  const found: unknown = value && Reflect.get(value, key);
  return typeof found === 'number' ? found : undefined;
}

function recordOf(value: object, key: string): object | undefined {
  const found: unknown = Reflect.get(value, key);
  return typeof found === 'object' && found !== null ? found : undefined;
}

function framesOf(error: Error): readonly string[] {
  // The message comes first, and may have lines that look like frames.
  const lines = (error.stack ?? '').replace(`${error.name}: ${error.message}`, '').split('\n');
  return lines
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
}
