/** The local Lambda: functions by name, each in processes of its own. */
import type { FunctionDefinition } from './function-definition.ts';
import { FunctionPool } from './function-pool.ts';
import type { Outcome } from './outcome.ts';

export interface FunctionLogLine {
  readonly functionName: string;
  /** Of the invocation under way; `undefined` for what is written while a function loads, or between invocations. */
  readonly requestId: string | undefined;
  readonly line: string;
}

export interface Lambda {
  readonly functionNames: readonly string[];
  /**
   * @param event JSON
   * @returns `undefined` when there is no such function.
   */
  invoke(functionName: string, event: string): Promise<Outcome | undefined>;
  /** Starts one instance of each of these functions, or of all, ahead of its first event. */
  warmUp(functionNames?: readonly string[]): void;
  /** Of one function, or of all. */
  killInstances(functionName?: string): void;
  /** Resolves when no process is left. */
  close(): Promise<void>;
}

export interface LambdaOptions {
  readonly functions: readonly FunctionDefinition[];
  readonly onLogLine: (line: FunctionLogLine) => void;
  /** Per function; 10 unless given. */
  readonly maxInstances?: number;
  /** Per function; 100 unless given. */
  readonly maxWaiting?: number;
  /** 10 unless given, as in Lambda. */
  readonly initTimeoutSeconds?: number;
}

export function createLambda(options: LambdaOptions): Lambda {
  const { functions, onLogLine, maxInstances = 10, maxWaiting = 100, initTimeoutSeconds = 10 } = options;
  const pools = new Map(
    functions.map((definition) => [
      definition.name,
      new FunctionPool(definition, {
        maxInstances,
        maxWaiting,
        initTimeoutSeconds,
        onLogLine: (line, requestId) => onLogLine({ functionName: definition.name, requestId, line }),
      }),
    ]),
  );
  return {
    functionNames: [...pools.keys()],
    invoke: async (functionName, event) => pools.get(functionName)?.invoke(event),
    warmUp(functionNames = [...pools.keys()]) {
      for (const name of functionNames) pools.get(name)?.warmUp();
    },
    killInstances(functionName) {
      for (const [name, pool] of pools) {
        if (functionName === undefined || name === functionName) pool.killInstances();
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}
