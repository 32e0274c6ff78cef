/** An app's login that WorkOS has vouched for, on its way to becoming a ticket. */
import { type DeviceTickets, hashTicket, type LoginTicket, ticketTtlSeconds } from './device-tickets.ts';
import type { EventBus } from './events.ts';
import type { Log } from './log.ts';
import { type AppReturn, successRedirect } from './native-authorization.ts';
import type { AuthorizationFace } from './native-transaction.ts';
import { publishSignIn } from './publish-sign-in.ts';
import type { RemoteSessions } from './remote-sessions.ts';
import { deriveSessionId } from './user-id.ts';

export interface LoginGrant {
  /** Made before it is asked for: a confirmation that is sent twice is answered with one ticket, not with two. */
  readonly ticket: string;
  readonly holds: Omit<LoginTicket, 'expiresAt'>;
  readonly provider: string;
  /** WorkOS's word for how the user signed in. */
  readonly method: string | undefined;
  readonly face: AuthorizationFace;
  /** The app's. */
  readonly state: string | undefined;
}

export interface Minting {
  readonly tickets: DeviceTickets;
  readonly events: EventBus;
  readonly log: Log;
}

/**
 * From here on the ticket can be redeemed, and the sign-in has happened.
 * @returns where the browser carries it.
 * @throws AuthError `temporarily_unavailable`
 */
export async function mintTicket({ tickets, events, log }: Minting, grant: LoginGrant, to: AppReturn, now: Date) {
  const { ticket, holds, provider, method } = grant;
  const { userId, organizationId, workosSessionId } = holds;
  const expiresAt = new Date(now.getTime() + ticketTtlSeconds * 1000);
  if (await tickets.put(hashTicket(ticket), { ...holds, expiresAt })) {
    const sessionId = deriveSessionId(workosSessionId);
    await publishSignIn(events, log, { userId, sessionId, origin: 'native', provider, method, organizationId });
    log.info('login.completed', { method, userId });
  }
  return successRedirect(to, { userId, ticket });
}

/** Ends a WorkOS session of which nothing came. It is not worth a failure: nobody holds its tokens. */
export async function abandonSession(
  remoteSessions: RemoteSessions,
  { workosSessionId }: Pick<LoginTicket, 'workosSessionId'>,
  log: Log,
): Promise<void> {
  try {
    await remoteSessions.revokeById(workosSessionId);
  } catch (cause) {
    log.warn('login.session_left', {}, cause);
  }
}
