/** Lines that end in CloudWatch Logs when deployed. */

export interface LogLine {
  /** A function's full name, or `access-log`. */
  readonly source: string;
  /** Of Lambda's invocation; `undefined` outside of one, and in the access log. */
  readonly requestId: string | undefined;
  readonly text: string;
  /** The line as an object, where it is a JSON object. */
  readonly record: Readonly<Record<string, unknown>> | undefined;
}

export function toLogLine(source: string, requestId: string | undefined, text: string): LogLine {
  return { source, requestId, text, record: parseRecord(text) };
}

function parseRecord(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
