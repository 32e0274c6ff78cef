/** The log of `npm start`: a line per request, and under it what its function said. */
import { styleText } from 'node:util';
import type { RequestEntry } from './gateway.ts';
import type { Outcome } from './lambda/outcome.ts';
import type { LogEntry } from './local-cloud.ts';
import type { LogLine } from './log-line.ts';

export interface ConsoleLogOptions {
  readonly write: (line: string) => void;
  readonly hasColors: boolean;
  readonly shortName: (functionName: string) => string;
}

/** Lines of so many invocations are kept for the end of theirs; more cannot be on their way. */
const maxPending = 200;

export function createConsoleLog({ write, hasColors, shortName }: ConsoleLogOptions): (entry: LogEntry) => void {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    hasColors ? styleText(style, text, { validateStream: false }) : text;
  /** Lines by invocation. */
  const pending = new Map<string, LogLine[]>();

  function writeLine({ source, text, record }: LogLine): void {
    const [first = '', ...more] = record ? condense(record) : [text];
    const style = styleOf(record?.['level']);
    write(paint(style, `          ${shortName(source).padEnd(14)} ${first}`));
    for (const line of more) write(paint('dim', `                           ${line}`));
  }

  function writePending(requestId: string | undefined): void {
    for (const line of pending.get(requestId ?? '') ?? []) writeLine(line);
    pending.delete(requestId ?? '');
  }

  function keepOrWrite(line: LogLine): void {
    if (line.source === 'access-log' || isRequestLine(line)) return;
    if (line.requestId === undefined) return writeLine(line);
    const lines = pending.get(line.requestId) ?? [];
    pending.set(line.requestId, [...lines, line]);
    const [oldest] = pending.keys();
    if (pending.size > maxPending) writePending(oldest);
  }

  function writeHeadline(
    at: Date,
    what: readonly string[],
    status: string,
    style: Style,
    ms: number,
    start = '',
  ): void {
    const [name = '', ...rest] = what;
    write(
      [
        paint('dim', clock(at)),
        name.padEnd(14),
        rest.join(' ').padEnd(36),
        paint(style, status),
        `${Math.round(ms)} ms`.padStart(8),
        paint('dim', start),
      ]
        .join('  ')
        .trimEnd(),
    );
  }

  function writeRequest({ at, method, path, functionName, status, durationMs, run, problem }: RequestEntry): void {
    const name = functionName === undefined ? '-' : shortName(functionName);
    writeHeadline(at, [name, method.padEnd(4), path], String(status), statusStyle(status), durationMs, run?.start);
    writePending(run?.requestId);
    if (problem !== undefined) write(paint('red', `          ${problem}`));
  }

  function writeInvocation(at: Date, functionName: string, outcome: Outcome): void {
    const style = outcome.kind === 'answered' ? 'green' : 'red';
    const run = outcome.kind === 'throttled' ? undefined : outcome.run;
    const what = [shortName(functionName), 'invoked'];
    writeHeadline(at, what, outcome.kind, style, run?.durationMs ?? 0, run?.start);
    writePending(run?.requestId);
  }

  return (entry) => {
    switch (entry.kind) {
      case 'line':
        return keepOrWrite(entry.line);
      case 'request':
        return writeRequest(entry.request);
      case 'invocation':
        return writeInvocation(entry.at, entry.functionName, entry.outcome);
      case 'aws':
        return write(paint('red', `          aws: ${entry.text}`));
    }
  };
}

type Style = 'red' | 'yellow' | 'cyan' | 'green' | 'dim';

function statusStyle(status: number): Style {
  if (status >= 500) return 'red';
  if (status >= 400) return 'yellow';
  return status >= 300 ? 'cyan' : 'green';
}

function styleOf(level: unknown): Style {
  if (level === 'error') return 'red';
  return level === 'warn' ? 'yellow' : 'dim';
}

/** Every function ends a request with one; the gateway's line says the same. */
function isRequestLine({ record }: LogLine): boolean {
  return record?.['event'] === 'request' && record['level'] === 'info';
}

/** `warn login.failed code=state_mismatch error=AuthError …`; the stack of an error in lines of its own. */
function condense(record: Readonly<Record<string, unknown>>): string[] {
  const { level, event, error, ...fields } = record;
  const words = Object.entries(fields).flatMap(([name, value]) =>
    name === 'requestId' ? [] : [`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`],
  );
  if (!isRecord(error)) return [[level, event, ...words].join(' ')];
  return [[level, event, ...words, `error=${describe(error)}`].join(' '), ...framesOf(error)];
}

function describe({ cause, frames: _frames, ...own }: Readonly<Record<string, unknown>>): string {
  return [...Object.values(own), ...(isRecord(cause) ? [`(${describe(cause)})`] : [])].join(' ');
}

function framesOf({ frames, cause }: Readonly<Record<string, unknown>>): string[] {
  return [...(Array.isArray(frames) ? frames.map(String) : []), ...(isRecord(cause) ? framesOf(cause) : [])];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function clock(at: Date): string {
  return at.toTimeString().slice(0, 8);
}
