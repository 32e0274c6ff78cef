/** The stage's bus, in memory. */
import type { DomainEvents, EventBus } from '../../functions/shared/domain/events.ts';

export interface MemoryEventBus extends EventBus {
  readonly published: readonly { readonly name: keyof DomainEvents; readonly detail: object }[];
}

export function createMemoryEventBus(): MemoryEventBus {
  const published: { name: keyof DomainEvents; detail: object }[] = [];
  return {
    published,
    publish: (name, detail) => {
      published.push({ name, detail });
      return Promise.resolve();
    },
  };
}

/** A bus that takes nothing. */
export const brokenEventBus: EventBus = { publish: () => Promise.reject(new Error('the bus is down')) };
