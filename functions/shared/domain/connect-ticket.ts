/** The second half of an app's consent: what the browser brought back, and the session that asked for it. */
import { type ConnectTicket, type DeviceTickets, hashTicket } from './device-tickets.ts';
import type { SealBinding } from './token-vault.ts';

/** Who finishes, and what. */
export type FinishedBy = Pick<ConnectTicket, 'clientId' | 'module' | 'sessionId' | 'userId'>;

/** For the log alone: from outside all of them have to look the same. */
export type ConnectTicketRefusal =
  | 'unknown_or_used'
  | 'of_a_login'
  | 'expired'
  | 'other_user'
  | 'other_session'
  | 'other_client'
  | 'other_module';

export type TakenConnectTicket =
  | { readonly outcome: 'taken'; readonly ticket: ConnectTicket }
  | { readonly outcome: 'refused'; readonly reason: ConnectTicketRefusal };

/** What waits under a ticket has one seal in its life. */
export function pendingBinding({ userId, module }: Pick<ConnectTicket, 'module' | 'userId'>): SealBinding {
  return { kind: 'pending', userId, module, tokenVersion: 0 };
}

/**
 * The ticket is gone with the first attempt, whoever makes it: of many that finish at once one gets it.
 * @throws AuthError `temporarily_unavailable`; the ticket may be gone then, and its user consents again.
 */
export async function takeConnectTicket(
  tickets: Pick<DeviceTickets, 'take'>,
  ticket: string,
  by: FinishedBy,
  now: Date,
): Promise<TakenConnectTicket> {
  const taken = await tickets.take(hashTicket(ticket));
  if (!taken) return { outcome: 'refused', reason: 'unknown_or_used' };
  if (taken.kind !== 'connect') return { outcome: 'refused', reason: 'of_a_login' };
  const reason = judge(taken, by, now);
  return reason === undefined ? { outcome: 'taken', ticket: taken } : { outcome: 'refused', reason };
}

function judge(ticket: ConnectTicket, by: FinishedBy, now: Date): ConnectTicketRefusal | undefined {
  if (ticket.expiresAt <= now) return 'expired';
  if (ticket.userId !== by.userId) return 'other_user';
  if (ticket.sessionId !== by.sessionId) return 'other_session';
  if (ticket.clientId !== by.clientId) return 'other_client';
  return ticket.module === by.module ? undefined : 'other_module';
}
