/** What every store of connections has to do, whatever it is made of. */
import { describe, expect, it } from 'vitest';
import type {
  ModuleConnection,
  ModuleConnections,
  NewConnection,
} from '../../functions/shared/domain/module-connections.ts';

const connectedAt = new Date('2026-11-22T10:00:00.400Z');
const after = (seconds: number): Date => new Date(connectedAt.getTime() + seconds * 1000);
const lease = (leaseId: string, seconds = 12) => ({ leaseId, until: after(seconds) });
const sealed = (text: string) => ({ keyId: '1', bytes: Uint8Array.from(Buffer.from(text)) });

/** Every test a user of its own: one store may serve all. */
let count = 0;

export function someConnection(changed: Partial<NewConnection> = {}): NewConnection {
  count += 1;
  return {
    userId: `usr_connections_contract_${count}`,
    module: 'gmail',
    account: { id: '1000', address: 'alice@example.com' },
    scopes: ['https://www.googleapis.com/auth/gmail.modify'],
    sealed: sealed('first'),
    tokenVersion: 1,
    connectedAt,
    refreshedAt: connectedAt,
    slot: 'gmail/15/07/3',
    nextTurnAt: connectedAt,
    ...changed,
  };
}

async function putOne(store: ModuleConnections, changed: Partial<NewConnection> = {}): Promise<ModuleConnection> {
  const connection = someConnection(changed);
  expect(await store.put(connection, undefined)).toBe(true);
  const kept = await store.find(connection.userId, connection.module);
  if (!kept) throw new Error('what was put is not there');
  return kept;
}

export function describeModuleConnections(name: string, start: () => ModuleConnections): void {
  describe(`connections, in ${name}`, () => {
    it('are kept as they were put, in order and without a problem', async () => {
      const [store, connection] = [start(), someConnection()];
      expect(await store.find(connection.userId, 'gmail')).toBeUndefined();
      await store.put(connection, undefined);
      const kept = { ...connection, status: 'connected', problem: undefined, mailbox: undefined };
      expect(await store.find(connection.userId, 'gmail')).toEqual({ ...kept, version: expect.any(Number) });
      expect(await store.list(connection.userId)).toEqual([{ ...kept, version: expect.any(Number) }]);
      expect(await store.list('usr_of_nobody')).toEqual([]);
    });

    it('are replaced by who has read the last one, and by nobody else', async () => {
      const store = start();
      const kept = await putOne(store);
      const other = { ...kept, account: { id: '2000', address: 'alice.private@gmail.com' } };
      expect(await store.put(other, undefined)).toBe(false);
      expect(await store.put(other, kept.version + 1)).toBe(false);
      expect(await store.put(other, kept.version)).toBe(true);
      expect(await store.put(kept, kept.version)).toBe(false);
      expect(await store.find(kept.userId, 'gmail')).toMatchObject({ account: { id: '2000' } });
    });

    it('that are made anew have no version of those before them', async () => {
      const store = start();
      const first = await putOne(store);
      await store.remove(first.userId, 'gmail');
      const second = await putOne(store, { userId: first.userId, connectedAt: after(60) });
      expect(second.version).not.toBe(first.version);
      expect(await store.reseal(first, sealed('old'))).toBe(false);
    });

    it('are removed once', async () => {
      const store = start();
      const kept = await putOne(store);
      expect(await store.remove(kept.userId, 'gmail')).toEqual(kept);
      expect(await store.remove(kept.userId, 'gmail')).toBeUndefined();
      expect(await store.find(kept.userId, 'gmail')).toBeUndefined();
    });

    it('are refreshed by one at a time', async () => {
      const store = start();
      const kept = await putOne(store);
      const taken = await store.takeRefreshLease(kept, lease('first'), connectedAt);
      expect(taken).toEqual({ connection: { ...kept, version: expect.any(Number) }, wasInterrupted: false });
      const now = taken?.connection ?? kept;
      expect(await store.takeRefreshLease(kept, lease('second'), connectedAt)).toBeUndefined();
      expect(await store.takeRefreshLease(now, lease('second'), after(11))).toBeUndefined();
      const refreshed = { sealed: sealed('next'), tokenVersion: 2, refreshedAt: after(1) };
      expect(await store.leaveTokens(now, lease('second'), refreshed)).toBe(false);
      expect(await store.leaveTokens(now, lease('first'), refreshed)).toBe(true);
      expect(await store.find(kept.userId, 'gmail')).toMatchObject(refreshed);
    });

    it('say that a refresh before was interrupted', async () => {
      const store = start();
      const kept = await putOne(store);
      const first = await store.takeRefreshLease(kept, lease('first'), connectedAt);
      const second = await store.takeRefreshLease(first?.connection ?? kept, lease('second', 30), after(13));
      expect(second).toMatchObject({ wasInterrupted: true });
      const refreshed = { sealed: sealed('late'), tokenVersion: 2, refreshedAt: after(14) };
      expect(await store.leaveTokens(first?.connection ?? kept, lease('first'), refreshed)).toBe(false);
    });

    it('are free again when a lease is given back', async () => {
      const store = start();
      const kept = await putOne(store);
      const first = await store.takeRefreshLease(kept, lease('first'), connectedAt);
      if (!first) throw new Error('nobody had it');
      await store.releaseRefreshLease(first.connection, lease('another'));
      expect(await store.takeRefreshLease(first.connection, lease('second'), connectedAt)).toBeUndefined();
      await store.releaseRefreshLease(first.connection, lease('first'));
      const free = await store.find(kept.userId, 'gmail');
      expect(await store.takeRefreshLease(free ?? kept, lease('second'), connectedAt)).toMatchObject({
        wasInterrupted: false,
      });
    });

    it('take nothing from a refresh that they were disconnected under', async () => {
      const store = start();
      const kept = await putOne(store);
      const taken = await store.takeRefreshLease(kept, lease('first'), connectedAt);
      await store.remove(kept.userId, 'gmail');
      const refreshed = { sealed: sealed('next'), tokenVersion: 2, refreshedAt: after(1) };
      expect(await store.leaveTokens(taken?.connection ?? kept, lease('first'), refreshed)).toBe(false);
      expect(await store.find(kept.userId, 'gmail')).toBeUndefined();
    });

    it('need a new consent once, and have no turns until then', async () => {
      const store = start();
      const kept = await putOne(store);
      expect(await store.requireReauthorization({ ...kept, version: kept.version - 1 }, 'grant_revoked')).toBe(false);
      expect(await store.requireReauthorization(kept, 'grant_revoked')).toBe(true);
      const required = await store.find(kept.userId, 'gmail');
      expect(required).toMatchObject({ status: 'reauthorization_required', problem: 'grant_revoked' });
      expect(required).toMatchObject({ slot: undefined, nextTurnAt: undefined, sealed: kept.sealed });
      expect(await store.requireReauthorization(required ?? kept, 'grant_revoked')).toBe(false);
    });

    it('are in order again when they are put anew', async () => {
      const store = start();
      const kept = await putOne(store);
      await store.requireReauthorization(kept, 'scope_missing');
      const required = await store.find(kept.userId, 'gmail');
      expect(await store.put(kept, required?.version)).toBe(true);
      expect(await store.find(kept.userId, 'gmail')).toMatchObject({ status: 'connected', problem: undefined });
    });

    it('are resealed as they were read, and not while they are being refreshed', async () => {
      const store = start();
      const kept = await putOne(store);
      expect(await store.reseal(kept, sealed('under another key'))).toBe(true);
      expect(await store.reseal(kept, sealed('too late'))).toBe(false);
      const resealed = await store.find(kept.userId, 'gmail');
      expect(resealed).toMatchObject({ sealed: sealed('under another key'), tokenVersion: 1 });
      const taken = await store.takeRefreshLease(resealed ?? kept, lease('first'), connectedAt);
      expect(await store.reseal(taken?.connection ?? kept, sealed('while it is refreshed'))).toBe(false);
    });
  });
}
