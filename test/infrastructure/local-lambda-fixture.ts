/** A function that the test writes, in the local Lambda. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FunctionDefinition } from '../../lib/local/lambda/function-definition.ts';
import { createLambda, type FunctionLogLine, type Lambda, type LambdaOptions } from '../../lib/local/lambda/lambda.ts';
import type { Outcome } from '../../lib/local/lambda/outcome.ts';

/** Removed when the test is over. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** @param source of `index.mjs` */
export async function functionOf(
  source: string,
  changes: Partial<FunctionDefinition> = {},
): Promise<FunctionDefinition> {
  const codePath = await newFolder();
  await writeFile(join(codePath, 'index.mjs'), source);
  return {
    name: 'example',
    arn: 'arn:aws:lambda:eu-central-1:000000000000:function:example',
    handler: 'index.handler',
    codePath,
    memoryMb: 256,
    timeoutSeconds: 5,
    logGroupName: 'example-logs',
    environment: {},
    ...changes,
  };
}

export interface StartedFunction {
  readonly lambda: Lambda;
  readonly lines: FunctionLogLine[];
  invoke(event?: unknown): Promise<Outcome>;
  /** The handler's answer. @throws Error when there is none. */
  answer(event?: unknown): Promise<unknown>;
}

/** Ended when the test is over. */
export async function startFunction(
  source: string,
  changes: Partial<FunctionDefinition> = {},
  options: Partial<LambdaOptions> = {},
): Promise<StartedFunction> {
  const lines: FunctionLogLine[] = [];
  const functions = [await functionOf(source, changes)];
  const lambda = createLambda({ functions, onLogLine: (line) => lines.push(line), ...options });
  onTestFinished(() => lambda.close());
  const invoke = async (event: unknown = {}) => {
    const outcome = await lambda.invoke('example', JSON.stringify(event));
    if (outcome === undefined) throw new Error('there is no function example');
    return outcome;
  };
  return { lambda, lines, invoke, answer: async (event) => answerOf(await invoke(event)) };
}

export function answerOf(outcome: Outcome): unknown {
  if (outcome.kind !== 'answered') throw new Error(`the function gave no answer: ${JSON.stringify(outcome)}`);
  return JSON.parse(outcome.payload);
}
