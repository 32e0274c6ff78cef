/** The local Lambda: what a handler gets, and how a function fails. */
import * as v from 'valibot';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isRunning } from '../support/is-running.ts';
import { answerOf, startFunction } from './local-lambda-fixture.ts';

describe('a handler', () => {
  it('gets the event and gives its answer', async () => {
    const { answer } = await startFunction('export const handler = async ({ a, b }) => ({ sum: a + b });');
    expect(await answer({ a: 1, b: 2 })).toEqual({ sum: 3 });
  });

  it('answers null when it returns nothing', async () => {
    const { answer } = await startFunction('export const handler = async () => {};');
    expect(await answer()).toBeNull();
  });

  it('gets the context that Lambda gives', async () => {
    const { invoke } = await startFunction(
      'export const handler = async (_, context) => ({ ...context, remaining: context.getRemainingTimeInMillis() });',
    );
    const outcome = await invoke();
    const { remaining, ...context } = v.parse(v.looseObject({ remaining: v.number() }), answerOf(outcome));
    expect(context).toEqual({
      awsRequestId: outcome.kind === 'answered' ? outcome.run.requestId : undefined,
      invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:example',
      functionName: 'example',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      logGroupName: 'example-logs',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    });
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(5000);
  });

  it("gets Lambda's environment and its own, and nothing of this machine's but PATH", async () => {
    process.env['LEAKED'] = 'yes';
    onTestFinished(() => void delete process.env['LEAKED']);
    const { answer } = await startFunction('export const handler = async () => process.env;', {
      environment: { STAGE: 'local', AWS_ACCESS_KEY_ID: 'key' },
    });
    const variables = v.parse(v.record(v.string(), v.string()), await answer());
    expect(variables).toMatchObject({
      PATH: process.env['PATH'],
      STAGE: 'local',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'example',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      _HANDLER: 'index.handler',
      TZ: ':UTC',
    });
    const others = Object.keys(variables).filter((name) => !/^(AWS_|LAMBDA_|_HANDLER$|_X_AMZN_TRACE_ID$)/.test(name));
    expect(others.toSorted()).toEqual(['LANG', 'PATH', 'STAGE', 'TZ']);
  });

  it('finds undici unloaded', async () => {
    const { answer } = await startFunction(
      "export const handler = async () => process.moduleLoadList.filter((name) => name.includes('undici'));",
    );
    expect(await answer()).toEqual([]);
  });

  it('is reused, with what it kept in memory', async () => {
    const { invoke } = await startFunction('let count = 0; export const handler = async () => ++count;');
    const [first, second] = [await invoke(), await invoke()];
    expect([answerOf(first), answerOf(second)]).toEqual([1, 2]);
    expect([first, second]).toMatchObject([{ run: { start: 'cold' } }, { run: { start: 'warm' } }]);
  });
});

describe('log lines', () => {
  it('are all there when the answer is, with the id of their invocation', async () => {
    const { invoke, lines } = await startFunction(`
      console.log('loading');
      export const handler = async ({ n }) => {
        for (let i = 0; i < 200; i += 1) console.log(n, i);
        console.error('to stderr', n);
        process.stdout.write('no line break');
        return n;
      };`);
    const [first, second] = [await invoke({ n: 1 }), await invoke({ n: 2 })];
    const ids = [first, second].map((outcome) => (outcome.kind === 'answered' ? outcome.run.requestId : ''));
    for (const [index, id] of ids.entries()) {
      const own = lines.filter(({ requestId }) => requestId === id).map(({ line }) => line);
      expect(own).toHaveLength(index === 0 ? 203 : 202);
      expect(own).toContain(`to stderr ${index + 1}`);
      expect(own).toContain(`${index + 1} 199`);
      expect(own).toContain('no line break');
    }
    expect(lines[0]).toMatchObject({ functionName: 'example', line: 'loading' });
  });
});

describe('a failing function', () => {
  it('tells the type, message and stack of what was thrown, logs it, and lives on', async () => {
    const { invoke, lines } = await startFunction(`
      let calls = 0;
      export const handler = async () => {
        if (++calls === 1) throw new RangeError('too far');
        return calls;
      };`);
    const outcome = await invoke();
    expect(outcome).toMatchObject({ kind: 'failed', error: { errorType: 'RangeError', errorMessage: 'too far' } });
    expect(outcome.kind === 'failed' && outcome.error.trace?.[1]).toContain('index.mjs');
    expect(lines.map(({ line }) => line).join()).toContain('Invoke Error');
    expect(answerOf(await invoke())).toBe(2);
  });

  it('fails when its answer is no JSON', async () => {
    const { invoke } = await startFunction('export const handler = async () => 1n;');
    expect(await invoke()).toMatchObject({ kind: 'failed', error: { errorType: 'TypeError' } });
  });

  it('fails when its answer is larger than Lambda takes', async () => {
    const { invoke } = await startFunction("export const handler = async () => 'x'.repeat(6_291_556);");
    expect(await invoke()).toMatchObject({ kind: 'failed', error: { errorType: 'Function.ResponseSizeTooLarge' } });
  });

  it('fails with the reason when it cannot be loaded, each time anew', async () => {
    const { invoke, lines } = await startFunction("throw new Error('WORKOS_API_KEY is missing');");
    for (const _ of [1, 2]) {
      expect(await invoke()).toMatchObject({ kind: 'failed', error: { errorMessage: 'WORKOS_API_KEY is missing' } });
    }
    expect(lines.filter(({ line }) => line.includes('Init Error'))).toHaveLength(2);
  });

  it.each([
    ['no such file', { handler: 'main.handler' }, '', 'Runtime.ImportModuleError'],
    ['no such export', {}, 'export const other = 1;', 'Runtime.HandlerNotFound'],
    [
      'a callback',
      {},
      'export const handler = (event, context, callback) => callback();',
      'Runtime.CallbackHandlerDeprecated',
    ],
  ])('refuses a handler with %s', async (_, changes, source, errorType) => {
    const { invoke } = await startFunction(source, changes);
    expect(await invoke()).toMatchObject({ kind: 'failed', error: { errorType } });
  });

  it.each([
    ['throws where nobody catches', "setImmediate(() => { throw new Error('late'); })", 'Runtime.UncaughtException'],
    ['rejects where nobody waits', "void Promise.reject(new Error('late'))", 'Runtime.UnhandledPromiseRejection'],
    ['exits', 'process.exit(3)', 'Runtime.ExitError'],
    ['is killed', "process.kill(process.pid, 'SIGKILL')", 'Runtime.ExitError'],
  ])('ends when it %s, and the next event gets a new process', async (_, act, errorType) => {
    const { invoke, answer } = await startFunction(`
      export const handler = async ({ fail }) => {
        if (!fail) return process.pid;
        ${act};
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      };`);
    const before = await answer();
    expect(await invoke({ fail: true })).toMatchObject({ kind: 'failed', error: { errorType } });
    expect(await answer()).not.toBe(before);
  });

  it('says how it ended in its log', async () => {
    const { invoke, lines } = await startFunction('export const handler = async () => process.exit(3);');
    await invoke();
    expect(lines.at(-1)?.line).toMatch(/^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/);
  });

  it('is killed when its time is over, even in an endless loop', async () => {
    const { invoke, answer, lines } = await startFunction(
      'export const handler = async ({ hang }) => { while (hang); return process.pid; };',
      { timeoutSeconds: 0.25 },
    );
    const before = v.parse(v.number(), await answer());
    const outcome = await invoke({ hang: true });
    expect(outcome).toMatchObject({ kind: 'failed', error: { errorType: 'Sandbox.Timedout' } });
    expect(lines.at(-1)?.line).toContain('Task timed out after 0.25 seconds');
    expect(isRunning(before)).toBe(false);
    expect(await answer()).not.toBe(before);
  });

  it('is killed when it does not finish loading', async () => {
    const { invoke } = await startFunction(
      'await new Promise((resolve) => setTimeout(resolve, 60_000));',
      {},
      { initTimeoutSeconds: 0.25 },
    );
    expect(await invoke()).toMatchObject({
      kind: 'failed',
      error: { errorMessage: expect.stringContaining('Init timed out after 0.25 seconds') },
    });
  });
});
