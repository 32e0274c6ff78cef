/** Every minute: hands out the turns of the mailboxes whose minute it is. */
import { type DueTurnsParts, sendDueTurns, type SentTurns } from '../shared/domain/send-due-turns.ts';
import type { Log } from '../shared/domain/log.ts';

export interface RefreshDueModulesDependencies extends DueTurnsParts {
  /** Whether the stage switches the module on. */
  readonly isSwitchedOn: boolean;
}

export function refreshDueModules({
  isSwitchedOn,
  ...parts
}: RefreshDueModulesDependencies): (log: Log) => Promise<SentTurns> {
  const send = sendDueTurns(parts);
  return async (log) => (isSwitchedOn ? send(log) : { minutes: 0, sent: 0 });
}
