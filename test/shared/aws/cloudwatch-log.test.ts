import { OauthException } from '@workos-inc/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCloudWatchLog } from '../../../functions/shared/aws/cloudwatch-log.ts';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import type { Log } from '../../../functions/shared/domain/log.ts';

function writtenBy(use: (log: Log) => void): readonly string[] {
  const lines: string[] = [];
  use(createCloudWatchLog({}, (line) => lines.push(line)));
  return lines;
}

const errorIn = (cause: unknown) => {
  const [line = ''] = writtenBy((log) => log.error('failed', {}, cause));
  return (JSON.parse(line) as { error: Record<string, unknown> }).error;
};

describe('createCloudWatchLog()', () => {
  it('writes one JSON object a line', () => {
    const lines = writtenBy((log) => {
      log.info('login.started', { provider: 'authkit', count: 2, isNew: true, roles: ['admin'], none: undefined });
      log.warn('callback.unmatched');
      log.error('event.lost', { name: 'two\nlines' });
    });
    expect(lines).toStrictEqual([
      '{"level":"info","event":"login.started","provider":"authkit","count":2,"isNew":true,"roles":["admin"]}',
      '{"level":"warn","event":"callback.unmatched"}',
      '{"level":"error","event":"event.lost","name":"two\\nlines"}',
    ]);
  });

  it('writes the fields of with() on every line, without touching the log it came from', () => {
    const [one, two, three] = writtenBy((log) => {
      const request = log.with({ requestId: 'r' });
      request.with({ origin: 'web' }).info('a', { b: 1 });
      request.info('c');
      log.info('d');
    });
    expect(one).toBe('{"level":"info","event":"a","requestId":"r","origin":"web","b":1}');
    expect(two).toBe('{"level":"info","event":"c","requestId":"r"}');
    expect(three).toBe('{"level":"info","event":"d"}');
  });

  it('writes to stdout unless told otherwise', () => {
    const written: unknown[] = [];
    const { write } = process.stdout;
    process.stdout.write = (chunk: unknown) => {
      written.push(chunk);
      return true;
    };
    try {
      createCloudWatchLog({ a: 1 }).info('hello');
    } finally {
      process.stdout.write = write;
    }
    expect(written).toStrictEqual(['{"level":"info","event":"hello","a":1}\n']);
  });

  it('writes what we said ourselves about a failure', () => {
    expect(errorIn(new AuthError('state_mismatch', 'another browser'))).toStrictEqual({
      name: 'AuthError',
      code: 'state_mismatch',
      message: 'another browser',
    });
  });

  it('writes the causes of a failure, one inside the other', () => {
    const root = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' });
    const middle = new TypeError('fetch failed', { cause: root });
    const error = errorIn(new AuthError('temporarily_unavailable', 'WorkOS did not answer', { cause: middle }));
    expect(error).toMatchObject({
      message: 'WorkOS did not answer',
      cause: { name: 'TypeError', cause: { name: 'Error', code: 'ECONNREFUSED' } },
    });
    expect(JSON.stringify(error)).not.toMatch(/10\.0\.0\.1|fetch failed/);
  });

  it("writes the class, code, status and frames of other people's errors", () => {
    const aws = Object.assign(new Error('User: arn:aws:… is not authorized'), {
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(errorIn(aws)).toMatchObject({ name: 'AccessDeniedException', status: 400 });
    const workos = new OauthException(400, 'req_1', 'invalid_grant', "The code '01HSECRETCODE' is invalid.", {});
    const error = errorIn(workos);
    expect(error).toMatchObject({ name: 'OauthException', code: 'invalid_grant', status: 400 });
    expect(error['frames']).toStrictEqual(
      expect.arrayContaining([expect.stringMatching(/^at .*cloudwatch-log\.test/)]),
    );
    expect((error['frames'] as readonly string[]).length).toBeLessThanOrEqual(8);
    expect(JSON.stringify(error)).not.toContain('01HSECRETCODE');
  });

  it("writes no message of other people's errors, whatever it says", () => {
    const canary = fc.string({ unit: 'grapheme' }).map((text) => `canary ${text} canary`);
    fc.assert(
      fc.property(canary, canary, (message, code) => {
        const error = Object.assign(new Error(message, { cause: new RangeError(message) }), { code, error: code });
        expect(JSON.stringify(errorIn(error))).not.toContain('canary');
      }),
    );
  });

  it('takes no line of a message for a frame', () => {
    expect(JSON.stringify(errorIn(new RangeError('first line\n    at canary (line of a message)')))).not.toContain(
      'canary',
    );
  });

  it('takes no code that could be a message, and no status that is no number', () => {
    const odd = (fields: object) => errorIn(Object.assign(new Error(''), fields));
    expect(odd({ code: 'x'.repeat(65), status: '500' })).not.toHaveProperty('code');
    expect(odd({ code: 'has spaces' })).not.toHaveProperty('code');
    expect(odd({ code: 17 })).not.toHaveProperty('code');
    expect(odd({ status: '500', $metadata: null })).not.toHaveProperty('status');
  });

  it('writes of what is no error only what kind of thing it is', () => {
    expect(errorIn('a secret')).toStrictEqual({ name: 'string' });
    expect(errorIn({ message: 'a secret' })).toStrictEqual({ name: 'object' });
    expect(errorIn(null)).toStrictEqual({ name: 'object' });
  });

  it('writes an error that has lost its stack', () => {
    const error = new Error('a secret');
    delete error.stack;
    expect(errorIn(error)).toStrictEqual({ name: 'Error', frames: [] });
  });
});
