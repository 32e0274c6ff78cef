/** A log that keeps its lines. */
import type { Log, LogFields } from '../../functions/shared/domain/log.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields;
  readonly cause?: unknown;
}

export interface CollectedLog extends Log {
  /** Of this log and of all that were made from it, in order. */
  readonly lines: readonly LogLine[];
  /** The fields of the lines with this event. */
  fieldsOf(event: string): readonly LogFields[];
}

export function collectLog(): CollectedLog {
  const lines: LogLine[] = [];
  const logWith = (fields: LogFields): Log => {
    const at =
      (level: LogLine['level']) =>
      (event: string, more: LogFields = {}, cause?: unknown): void =>
        void lines.push({ level, event, fields: { ...fields, ...more }, ...(cause !== undefined && { cause }) });
    return { info: at('info'), warn: at('warn'), error: at('error'), with: (more) => logWith({ ...fields, ...more }) };
  };
  return {
    ...logWith({}),
    lines,
    fieldsOf: (event) => lines.filter((line) => line.event === event).map(({ fields }) => fields),
  };
}
