/** The instances of one function: as many as there are events at a time, up to a limit; idle ones are used again. */
import type { FunctionDefinition } from './function-definition.ts';
import { type Instance, type InstanceOptions, startInstance } from './instance.ts';
import type { Outcome } from './outcome.ts';

export interface PoolOptions extends InstanceOptions {
  readonly maxInstances: number;
  /** Events that wait for an instance; whatever comes on top is throttled. */
  readonly maxWaiting: number;
}

export class FunctionPool {
  readonly #definition: FunctionDefinition;
  readonly #options: PoolOptions;
  readonly #instances = new Set<Instance>();
  /** Those without an event; the one used last is last, and the next to be used. */
  readonly #idle: Instance[] = [];
  readonly #waiting: ((instance: Instance | undefined) => void)[] = [];
  #isClosed = false;

  constructor(definition: FunctionDefinition, options: PoolOptions) {
    this.#definition = definition;
    this.#options = options;
  }

  async invoke(event: string): Promise<Outcome> {
    const instance = await this.#acquire();
    if (instance === undefined) return { kind: 'throttled' };
    try {
      return await instance.invoke(event);
    } finally {
      this.#release(instance);
    }
  }

  /** Starts an instance that waits for its first event. */
  warmUp(): void {
    if (this.#instances.size === 0) this.#release(this.#start());
  }

  /** Events under way fail, as when a real instance is lost. */
  killInstances(): void {
    for (const instance of this.#instances) instance.kill();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.killInstances();
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
    await Promise.all([...this.#instances].map((instance) => instance.gone));
  }

  #acquire(): Promise<Instance | undefined> | Instance | undefined {
    const { maxInstances, maxWaiting } = this.#options;
    const idle = this.#takeIdle();
    if (idle || this.#isClosed) return idle;
    if (this.#instances.size < maxInstances) return this.#start();
    if (this.#waiting.length >= maxWaiting) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #takeIdle(): Instance | undefined {
    for (;;) {
      const instance = this.#idle.pop();
      if (instance === undefined || instance.isAlive) return instance;
    }
  }

  #start(): Instance {
    const instance = startInstance(this.#definition, this.#options);
    this.#instances.add(instance);
    void instance.gone.then(() => this.#forget(instance));
    return instance;
  }

  #release(instance: Instance): void {
    if (!instance.isAlive) return;
    const next = this.#waiting.shift();
    if (next) next(instance);
    else this.#idle.push(instance);
  }

  /** A lost instance leaves room for another, and somebody may be waiting for one. */
  #forget(instance: Instance): void {
    this.#instances.delete(instance);
    const index = this.#idle.indexOf(instance);
    if (index !== -1) this.#idle.splice(index, 1);
    if (!this.#isClosed) this.#waiting.shift()?.(this.#start());
  }
}
