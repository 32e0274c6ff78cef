/** The log of `npm start`, line for line. */
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createConsoleLog } from '../../lib/local/console-log.ts';
import { shortName } from '../../lib/local/function-names.ts';
import type { LogEntry } from '../../lib/local/local-cloud.ts';
import { toLogLine } from '../../lib/local/log-line.ts';

const names = ['gatehouse-local-home', 'gatehouse-local-default-route'];
const run = { requestId: 'run-1', start: 'cold', durationMs: 80 } as const;
const at = new Date(2026, 10, 22, 17, 30, 5);

function logged(entries: readonly LogEntry[], { hasColors = false } = {}): string[] {
  const lines: string[] = [];
  const log = createConsoleLog({
    write: (written) => lines.push(written),
    hasColors,
    shortName: (name) => shortName(names, name),
  });
  for (const entry of entries) log(entry);
  return lines;
}

const request: LogEntry = {
  kind: 'request',
  request: {
    at,
    method: 'GET',
    path: '/',
    functionName: 'gatehouse-local-home',
    status: 200,
    durationMs: 84.4,
    run,
    problem: undefined,
  },
};

function lineOf(requestId: string | undefined, text: string | object): LogEntry {
  const written = typeof text === 'string' ? text : JSON.stringify(text);
  return { kind: 'line', line: toLogLine('gatehouse-local-home', requestId, written) };
}

describe('createConsoleLog()', () => {
  it('writes a line per request: time, function, method, path, status, time taken, cold or warm', () => {
    expect(logged([request])).toEqual([
      '17:30:05  home            GET  /                                200     84 ms  cold',
    ]);
  });

  it("writes the function's lines under its request, condensed", () => {
    const lines = logged([
      lineOf('run-1', { level: 'info', event: 'login.started', requestId: 'r', provider: 'authkit', roles: ['a'] }),
      lineOf('run-1', 'plain text'),
      request,
    ]);
    expect(lines.slice(1)).toEqual([
      '          home           info login.started provider=authkit roles=["a"]',
      '          home           plain text',
    ]);
  });

  it('writes an error with its cause, and their stacks in lines of their own', () => {
    const error = {
      name: 'AuthError',
      code: 'auth_failed',
      message: 'no',
      cause: { name: 'TypeError', frames: ['at a'] },
    };
    expect(logged([lineOf('run-1', { level: 'warn', event: 'failed', error }), request]).slice(1)).toEqual([
      '          home           warn failed error=AuthError auth_failed no (TypeError)',
      '                           at a',
    ]);
  });

  it('leaves out what the line of the request says already', () => {
    const access = { kind: 'line', line: toLogLine('access-log', undefined, '{}') } as const;
    expect(logged([lineOf('run-1', { level: 'info', event: 'request', status: 200 }), access, request])).toHaveLength(
      1,
    );
  });

  it('writes lines outside of a request at once', () => {
    expect(logged([lineOf(undefined, 'loading')])).toEqual(['          home           loading']);
  });

  it('writes lines at last whose request never ends', () => {
    const entries = Array.from({ length: 201 }, (_, index) => lineOf(`run-${index}`, 'waiting'));
    expect(logged(entries)).toEqual(['          home           waiting']);
  });

  it("says why an answer is the gateway's and not the function's", () => {
    const failed = { ...request.request, status: 500, problem: 'TypeError: x is undefined' };
    expect(logged([{ kind: 'request', request: failed }]).at(-1)).toBe('          TypeError: x is undefined');
  });

  it('writes invocations that no request caused, and what IAM refused', () => {
    const outcome = { kind: 'answered', payload: 'null', run } as const;
    const lines = logged([
      { kind: 'invocation', at, functionName: 'gatehouse-local-default-route', outcome },
      { kind: 'aws', text: 'not allowed' },
    ]);
    expect(lines).toEqual([
      '17:30:05  default-route   invoked                               answered     80 ms  cold',
      '          aws: not allowed',
    ]);
  });

  it('has colours only where they are wanted, and the same text then', () => {
    const [plain, coloured] = [logged([request]), logged([request], { hasColors: true })];
    expect(coloured[0]).not.toBe(plain[0]);
    expect(coloured.map(stripVTControlCharacters)).toEqual(plain);
  });
});
