/** Which user has which provider account, in memory. */
import type { ConnectedAccounts } from '../../functions/shared/domain/connected-accounts.ts';

export function createMemoryConnectedAccounts(): ConnectedAccounts {
  const rows = new Map<string, { readonly userId: string; readonly modules: ReadonlySet<string> }>();
  return {
    claim({ provider, accountId }, { userId, module }, gone) {
      const key = `${provider}#${accountId}`;
      const row = rows.get(key);
      if (row && row.userId !== userId && row.userId !== gone) return Promise.resolve(row.userId);
      const modules = row?.userId === userId ? row.modules : [];
      rows.set(key, { userId, modules: new Set([...modules, module]) });
      return Promise.resolve(userId);
    },
    release({ provider, accountId }, { userId, module }) {
      const key = `${provider}#${accountId}`;
      const row = rows.get(key);
      if (row?.userId !== userId) return Promise.resolve();
      const modules = new Set([...row.modules].filter((other) => other !== module));
      if (modules.size === 0) rows.delete(key);
      else rows.set(key, { userId, modules });
      return Promise.resolve();
    },
  };
}
