/** Tells the bus of a sign-in. */
import type { DomainEvents, EventBus } from './events.ts';
import type { Log } from './log.ts';

export async function publishSignIn(
  events: EventBus,
  log: Log,
  signedIn: DomainEvents['user.signed_in'],
): Promise<void> {
  try {
    await events.publish('user.signed_in', signedIn);
  } catch (cause) {
    // Who listens on the bus misses one; the user is signed in all the same.
    log.error('event.lost', { name: 'user.signed_in' }, cause);
  }
}
