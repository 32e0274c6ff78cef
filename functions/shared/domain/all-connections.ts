/** Every connection of everybody, for what goes round them all (`renew-module-tokens`). */
import type { ModuleConnection } from './module-connections.ts';

/** Which row it is. */
export type ConnectionKey = Pick<ModuleConnection, 'module' | 'userId'>;

export interface ConnectionsPage {
  readonly connections: readonly ModuleConnection[];
  /** Rows that are not what this version of the code writes. */
  readonly unreadable: readonly ConnectionKey[];
  /** Where the next page goes on; `undefined` when there is none. */
  readonly after: ConnectionKey | undefined;
}

export interface AllConnections {
  /** In an order that does not change; a row that is written meanwhile is met once, or not at all when it is new. */
  page(limit: number, after?: ConnectionKey): Promise<ConnectionsPage>;
}
