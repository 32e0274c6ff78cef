/** What going round all connections has to do, whatever they are kept in. */
import { describe, expect, it } from 'vitest';
import type { AllConnections, ConnectionKey } from '../../functions/shared/domain/all-connections.ts';
import type { ModuleConnections } from '../../functions/shared/domain/module-connections.ts';
import { someConnection } from './module-connections-contract.ts';

export function describeAllConnections(name: string, start: () => Promise<AllConnections & ModuleConnections>): void {
  describe(`all connections, in ${name}`, () => {
    it('are none to begin with', async () => {
      expect(await (await start()).page(10)).toEqual({ connections: [], unreadable: [], after: undefined });
    });

    it('are met once each, page by page, though each is written meanwhile', async () => {
      const store = await start();
      const put = Array.from({ length: 10 }, () => someConnection());
      for (const connection of put) await store.put(connection, undefined);
      const met: string[] = [];
      let after: ConnectionKey | undefined;
      do {
        const page = await store.page(3, after);
        for (const connection of page.connections) {
          met.push(connection.userId);
          expect(await store.reseal(connection, connection.sealed)).toBe(true);
        }
        after = page.after;
      } while (after);
      expect(met.toSorted()).toEqual(put.map(({ userId }) => userId).toSorted());
    });
  });
}
