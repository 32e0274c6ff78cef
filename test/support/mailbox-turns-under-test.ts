/** Mailboxes' turns on stores and providers in memory: connect users, take their turns, let time pass. */
import { createTokenVault } from '../../functions/shared/domain/create-token-vault.ts';
import type { DueTurnsState } from '../../functions/shared/domain/due-turns.ts';
import { dueTurnsJob } from '../../functions/shared/domain/due-turns.ts';
import { slotOf } from '../../functions/shared/domain/slots.ts';
import { type MailboxTurnParts, takeMailboxTurn } from '../../functions/shared/domain/take-mailbox-turn.ts';
import { collectLog } from './collected-log.ts';
import { holdClock } from './held-clock.ts';
import { createMemoryDataKeys } from './memory-data-keys.ts';
import { createMemoryEventBus } from './memory-event-bus.ts';
import { createMemoryGmail } from './memory-gmail.ts';
import { createMemoryJobProgress } from './memory-job-progress.ts';
import { createMemoryMailboxTurns } from './memory-mailbox-turns.ts';
import { createMemoryProviders } from './memory-providers.ts';
import { createMemoryRefusalGauge } from './memory-refusal-gauge.ts';

const module = 'gmail';
const cadence = { module, everyMinutes: 15 };

export function mailboxTurnsUnderTest() {
  const clock = holdClock();
  const keys = createMemoryDataKeys();
  const { google } = createMemoryProviders(clock);
  const gmail = createMemoryGmail();
  const events = createMemoryEventBus();
  const turns = createMemoryMailboxTurns();
  const vault = createTokenVault({ stage: 'local', keysOf: () => keys });
  const log = collectLog();
  const parts = {
    turns,
    vault,
    provider: google,
    gmail,
    events,
    refusals: createMemoryRefusalGauge(),
    progress: createMemoryJobProgress<DueTurnsState>(),
    clock,
    random: () => 0,
    cadence,
  } satisfies MailboxTurnParts;

  return {
    ...parts,
    google,
    keys,
    log,
    parts,
    /** As a consent leaves it: the first turn is due at once. */
    async connect(userId: string): Promise<void> {
      const account = { id: `account-of-${userId}`, address: `${userId}@example.com` };
      const tokens = google.toKeep(google.consent(account));
      const now = clock();
      await turns.put({
        userId,
        module,
        account,
        scopes: ['all'],
        sealed: await vault.seal(tokens, { kind: 'connection', userId, module, tokenVersion: 1 }),
        tokenVersion: 1,
        connectedAt: now,
        refreshedAt: now,
        slot: slotOf(userId, cadence),
        nextTurnAt: now,
      });
    },
    /** The user takes their consent back at Google. */
    withdraw: (userId: string) => google.withdraw(`account-of-${userId}`),
    /** A message comes in. @param own parts that this worker has instead. */
    take: (userId: string, own: Partial<MailboxTurnParts> = {}) => takeMailboxTurn({ ...parts, ...own })(userId, log),
    row: (userId: string) => turns.find(userId),
    /** Until this user's next turn. */
    async waitForTurn(userId: string): Promise<void> {
      const at = (await turns.find(userId))?.nextTurnAt;
      if (!at) throw new Error(`${userId} has no next turn`);
      clock.advanceSeconds((at.getTime() - clock().getTime()) / 1000);
    },
    /** How many mailboxes the last cadence had. */
    async haveSent(sent: number): Promise<void> {
      const state = { lastMinute: 0, everyMinutes: 15, earlierCadences: [], sent: [sent] };
      await parts.progress.write(dueTurnsJob, state, (await parts.progress.read(dueTurnsJob))?.version);
    },
    told: (name: string) => events.published.filter((event) => event.name === name).map(({ detail }) => detail),
  };
}
