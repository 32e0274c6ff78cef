/** A worker's process that is killed at one of its calls: nothing comes after it, not even a `finally`. */
import type { MailboxTurnParts } from '../../functions/shared/domain/take-mailbox-turn.ts';

export interface MortalProcess {
  /** The parts as this process has them. */
  readonly parts: MailboxTurnParts;
  /** Resolves when it dies, with the name of the call. */
  readonly died: Promise<string>;
}

/** @param diesAt 0 before its first call, 1 after it was done and before its answer, 2 before the second, and so on. */
export function startMortalProcess(parts: MailboxTurnParts, diesAt: number): MortalProcess {
  const { turns, vault, provider, gmail, events, refusals, progress } = parts;
  const death = Promise.withResolvers<string>();
  let moments = 0;

  /** @returns whether it is dead from now on. */
  const isKilled = (where: string): boolean => {
    const isNow = moments === diesAt;
    moments += 1;
    if (isNow) death.resolve(where);
    return isNow;
  };
  /** The dead do not go on: what they wait for never comes. */
  const never = <Value>(): Promise<Value> => new Promise(() => undefined);
  const mortal =
    <Inputs extends readonly unknown[], Value>(name: string, act: (...inputs: Inputs) => Promise<Value>) =>
    async (...inputs: Inputs): Promise<Value> => {
      if (isKilled(`before ${name}`)) return never();
      try {
        return await act(...inputs);
      } finally {
        if (isKilled(`after ${name}`)) await never();
      }
    };

  return {
    died: death.promise,
    parts: {
      ...parts,
      turns: {
        begin: mortal('begin', turns.begin),
        keepTokens: mortal('keepTokens', turns.keepTokens),
        finish: mortal('finish', turns.finish),
        postpone: mortal('postpone', turns.postpone),
        release: mortal('release', turns.release),
        requireReauthorization: mortal('requireReauthorization', turns.requireReauthorization),
        told: mortal('told', turns.told),
      },
      vault: { open: mortal('open', vault.open), seal: mortal('seal', vault.seal) },
      provider: { ...provider, refresh: mortal('refresh', provider.refresh) },
      gmail: { profile: mortal('profile', gmail.profile), history: mortal('history', gmail.history) },
      // A generic function has no one type of inputs to infer.
      events: { publish: (name, detail) => mortal('publish', () => events.publish(name, detail))() },
      refusals: { count: mortal('count', refusals.count) },
      progress: { read: mortal('read', progress.read) },
    },
  };
}
