/** Takes the turn of the mailbox that a message names: one that is due, or one that was connected or mended a moment ago. */
import * as v from 'valibot';
import type { Log } from '../shared/domain/log.ts';
import { type MailboxTurnParts, takeMailboxTurn } from '../shared/domain/take-mailbox-turn.ts';

/** Of `refresh-due-modules`; or the detail of `module.connected` or `module.recovered`, which says more. */
const message = v.pipe(v.string(), v.parseJson(), v.object({ userId: v.pipe(v.string(), v.nonEmpty()) }));

export interface RefreshGmailDependencies extends MailboxTurnParts {
  /** Whether the stage switches the module on: what was sent before it was switched off comes to nothing. */
  readonly isSwitchedOn: boolean;
}

export function refreshGmail({
  isSwitchedOn,
  ...parts
}: RefreshGmailDependencies): (body: string, log: Log) => Promise<void> {
  const takeTurn = takeMailboxTurn(parts);
  return async (body, log) => {
    const { userId } = v.parse(message, body);
    if (isSwitchedOn) await takeTurn(userId, log);
  };
}
