/** The second half of an app's consent: who may bring a ticket, and that one attempt is all there is. */
import { describe, expect, it } from 'vitest';
import { type FinishedBy, takeConnectTicket } from '../../../functions/shared/domain/connect-ticket.ts';
import { hashTicket, newTicket } from '../../../functions/shared/domain/device-tickets.ts';
import { wholeConnectTicket, wholeTicket } from '../../support/device-tickets-contract.ts';
import { createMemoryDeviceTickets } from '../../support/memory-device-tickets.ts';

const { userId, sessionId, clientId, module, expiresAt } = wholeConnectTicket;
const owner: FinishedBy = { userId, sessionId, clientId, module };
const inTime = new Date(expiresAt.getTime() - 1);

async function held(ticket: typeof wholeConnectTicket | typeof wholeTicket = wholeConnectTicket) {
  const tickets = createMemoryDeviceTickets();
  const secret = newTicket();
  await tickets.put(hashTicket(secret), ticket);
  return { tickets, take: (by = owner, now = inTime) => takeConnectTicket(tickets, secret, by, now) };
}

const refused = (reason: string) => ({ outcome: 'refused', reason });

describe('takeConnectTicket()', () => {
  it('gives what waits to who asked for it, once', async () => {
    const { take } = await held();
    expect(await take()).toStrictEqual({ outcome: 'taken', ticket: wholeConnectTicket });
    expect(await take()).toStrictEqual(refused('unknown_or_used'));
  });

  it('gives it to one of many that ask together', async () => {
    const { take } = await held();
    const taken = await Promise.all(Array.from({ length: 50 }, () => take()));
    expect(taken.filter(({ outcome }) => outcome === 'taken')).toHaveLength(1);
  });

  it.each([
    ['other_user', { userId: 'usr_bob' }],
    ['other_session', { sessionId: '0'.repeat(32) }],
    ['other_client', { clientId: 'gatehouse-asking' }],
    ['other_module', { module: 'github' }],
  ])('refuses, and takes it from its owner too: %s', async (reason, other) => {
    const { take, tickets } = await held();
    expect(await take({ ...owner, ...other })).toStrictEqual(refused(reason));
    expect(tickets.rows.size).toBe(0);
    expect(await take()).toStrictEqual(refused('unknown_or_used'));
  });

  it('refuses one whose time is over', async () => {
    const { take } = await held();
    expect(await take(owner, expiresAt)).toStrictEqual(refused('expired'));
  });

  it('refuses the ticket of a login, which is gone then', async () => {
    const { take, tickets } = await held(wholeTicket);
    expect(await take()).toStrictEqual(refused('of_a_login'));
    expect(tickets.rows.size).toBe(0);
  });
});
