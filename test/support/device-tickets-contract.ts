/** What every store of device tickets has to do, whatever it is made of. */
import { describe, expect, it } from 'vitest';
import {
  type ConnectTicket,
  type DeviceTickets,
  hashTicket,
  type LoginTicket,
  newTicket,
} from '../../functions/shared/domain/device-tickets.ts';
import { appChallenge, appThumbprint } from './native-clients.ts';

export const wholeTicket: LoginTicket = {
  kind: 'login',
  userId: 'usr_0123456789abcdef0123456789abcdef',
  workosUserId: 'user_01HALICE',
  workosSessionId: 'session_01HALICE',
  organizationId: 'org_01HACME',
  roles: ['admin', 'billing'],
  clientId: 'gatehouse-native',
  redirectUri: 'http://127.0.0.1:53682/callback',
  codeChallenge: appChallenge,
  dpopThumbprint: appThumbprint,
  expiresAt: new Date('2026-11-22T10:02:00.123Z'),
};

export const wholeConnectTicket: ConnectTicket = {
  kind: 'connect',
  userId: wholeTicket.userId,
  sessionId: 'fedcba9876543210fedcba9876543210',
  clientId: 'gatehouse-native',
  module: 'gmail',
  account: { id: '1234567890', address: 'alice@example.com' },
  scopes: ['openid', 'https://www.googleapis.com/auth/gmail.modify'],
  sealed: { keyId: 'data-key-1', bytes: new Uint8Array([0, 127, 128, 255]) },
  expiresAt: wholeTicket.expiresAt,
};

export function describeDeviceTickets(name: string, start: () => DeviceTickets): void {
  describe(`the device tickets in ${name}`, () => {
    it.each([
      ['all that there can be', {}],
      ['as little as there can be', { organizationId: undefined, dpopThumbprint: undefined, roles: [] }],
    ])('give back what they hold: %s', async (_, changes) => {
      const tickets = start();
      const hash = hashTicket(newTicket());
      const ticket = { ...wholeTicket, ...changes };
      expect(await tickets.put(hash, ticket)).toBe(true);
      expect(await tickets.take(hash)).toStrictEqual(ticket);
    });

    it.each([
      ['all that there can be', {}],
      ['as little as there can be', { scopes: [] }],
    ])('give back what they hold of a consent: %s', async (_, changes) => {
      const tickets = start();
      const hash = hashTicket(newTicket());
      const ticket = { ...wholeConnectTicket, ...changes };
      await tickets.put(hash, ticket);
      const taken = await tickets.take(hash);
      expect(taken).toMatchObject({ kind: 'connect' });
      if (taken?.kind !== 'connect') return;
      const { sealed, ...rest } = taken;
      const { sealed: put, ...expected } = ticket;
      expect(rest).toStrictEqual(expected);
      expect([sealed.keyId, [...sealed.bytes]]).toStrictEqual([put.keyId, [...put.bytes]]);
    });

    it('are taken once', async () => {
      const tickets = start();
      const hash = hashTicket(newTicket());
      await tickets.put(hash, wholeTicket);
      await tickets.take(hash);
      expect(await tickets.take(hash)).toBeUndefined();
    });

    it('are taken once when fifty ask together', async () => {
      const tickets = start();
      const hash = hashTicket(newTicket());
      await tickets.put(hash, wholeTicket);
      const taken = await Promise.all(Array.from({ length: 50 }, async () => tickets.take(hash)));
      expect(taken.filter((ticket) => ticket !== undefined)).toStrictEqual([wholeTicket]);
    });

    it('are given also when they are too old, for the caller to tell', async () => {
      const tickets = start();
      const hash = hashTicket(newTicket());
      const old = { ...wholeTicket, expiresAt: new Date(0) };
      await tickets.put(hash, old);
      expect(await tickets.take(hash)).toStrictEqual(old);
    });

    it('are put once: a second one under the same hash changes nothing', async () => {
      const tickets = start();
      const hash = hashTicket(newTicket());
      await tickets.put(hash, wholeTicket);
      expect(await tickets.put(hash, { ...wholeTicket, userId: 'usr_other' })).toBe(false);
      expect(await tickets.take(hash)).toStrictEqual(wholeTicket);
    });

    it('know nothing of what was never put', async () => {
      expect(await start().take(hashTicket(newTicket()))).toBeUndefined();
    });
  });
}
