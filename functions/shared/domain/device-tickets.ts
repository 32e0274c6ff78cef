/** One-time tickets: what the browser brings back to an app. Worth nothing without the app's verifier, and no token. */

import { createHash, randomBytes } from 'node:crypto';
import type { ProviderAccount } from './provider.ts';
import type { SealedTokens } from './token-vault.ts';

/** From the moment in which it is minted: a browser's redirect and one request of the app's. */
export const ticketTtlSeconds = 120;

/** 256 random bits in base64url. */
export function newTicket(): string {
  return randomBytes(32).toString('base64url');
}

/** What a ticket is kept and found by. SHA-256 in hex: of 256 random bits nobody finds another preimage, salted or not. */
export function hashTicket(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}

/** Who signed in, for which client, and what the redeemer has to prove. */
export interface LoginTicket {
  readonly kind: 'login';
  readonly userId: string;
  readonly workosUserId: string;
  /** WorkOS's own id (`sid`), which ending the session there takes. */
  readonly workosSessionId: string;
  readonly organizationId: string | undefined;
  readonly roles: readonly string[];
  readonly clientId: string;
  readonly redirectUri: string;
  /** RFC 7636 §4.2, S256. */
  readonly codeChallenge: string;
  /** `jkt` of the key that `dpop_jkt` named (RFC 9449 §10). */
  readonly dpopThumbprint: string | undefined;
  readonly expiresAt: Date;
}

/** A consent that an app's user gave in the browser, on its way back to the app: nothing is connected until it finishes. */
export interface ConnectTicket {
  readonly kind: 'connect';
  readonly userId: string;
  /** The native session that started it (ours). */
  readonly sessionId: string;
  readonly clientId: string;
  readonly module: string;
  readonly account: ProviderAccount;
  readonly scopes: readonly string[];
  /** Sealed as `pending`. */
  readonly sealed: SealedTokens;
  readonly expiresAt: Date;
}

export type DeviceTicket = ConnectTicket | LoginTicket;

export interface DeviceTickets {
  /**
   * Leaves alone what is there already: a confirmation that was sent twice puts the same ticket twice.
   * @param ticketHash from `hashTicket()`: the ticket itself is kept nowhere.
   * @returns whether it was this call that put it.
   * @throws AuthError `temporarily_unavailable`
   */
  put(ticketHash: string, ticket: DeviceTicket): Promise<boolean>;
  /**
   * Removes the ticket and gives what it held, in one write: of many that ask at once one gets it, and whatever fails
   * afterwards, it is gone. Its expiry is for the caller to check.
   * @throws AuthError `temporarily_unavailable`
   */
  take(ticketHash: string): Promise<DeviceTicket | undefined>;
}
