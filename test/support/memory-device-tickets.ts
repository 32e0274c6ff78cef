/** Device tickets, in memory. */
import type { DeviceTicket, DeviceTickets } from '../../functions/shared/domain/device-tickets.ts';

export interface MemoryDeviceTickets extends DeviceTickets {
  /** What is there, by hash. */
  readonly rows: ReadonlyMap<string, DeviceTicket>;
}

export function createMemoryDeviceTickets(): MemoryDeviceTickets {
  const rows = new Map<string, DeviceTicket>();
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
