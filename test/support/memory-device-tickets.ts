/** Device tickets, in memory. */
import type { DeviceTickets, LoginTicket } from '../../functions/shared/domain/device-tickets.ts';

export interface MemoryDeviceTickets extends DeviceTickets {
  /** What is there, by hash. */
  readonly rows: ReadonlyMap<string, LoginTicket>;
}

export function createMemoryDeviceTickets(): MemoryDeviceTickets {
  const rows = new Map<string, LoginTicket>();
  return {
    rows,
    put(ticketHash, ticket) {
      const isNew = !rows.has(ticketHash);
      if (isNew) rows.set(ticketHash, ticket);
      return Promise.resolve(isNew);
    },
    take(ticketHash) {
      const ticket = rows.get(ticketHash);
      rows.delete(ticketHash);
      return Promise.resolve(ticket);
    },
  };
}
