/** Tells the bus what became of a connection. */
import type { DomainEvents } from './events.ts';
import type { Log } from './log.ts';
import type { VaultKeeperParts } from './vault-parts.ts';

type ModuleEvent = Extract<keyof DomainEvents, `module.${string}`>;

export async function tellOfModule<Name extends ModuleEvent>(
  { events }: Pick<VaultKeeperParts, 'events'>,
  log: Log,
  name: Name,
  detail: DomainEvents[Name],
): Promise<void> {
  const { userId, module } = detail;
  log.info('module.told', { name, userId, module });
  try {
    await events.publish(name, detail);
  } catch (cause) {
    // Who listens on the bus misses one; what it tells of is so all the same.
    log.error('event.lost', { name }, cause);
  }
}
