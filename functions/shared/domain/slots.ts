/**
 * When a connection has its turns: a minute of the cadence and one of 16 shards, both from a hash of the user's id. Load is
 * spread by itself, and a row keeps its slot whatever its turns do, so that they never write the index.
 */
import { createHash } from 'node:crypto';

export const slotShards = 16;

export interface Cadence {
  readonly module: string;
  /** Minutes between two turns. */
  readonly everyMinutes: number;
}

/** `gmail/15/07/3`: module, cadence, minute of it, shard. */
export function slotOf(userId: string, cadence: Cadence): string {
  return slotName(cadence, minuteOf(userId, cadence), hashOf(userId).readUInt8(4) % slotShards);
}

/** The slots of one minute: `minute` counts from the epoch. */
export function slotsOfMinute(minute: number, cadence: Cadence): readonly string[] {
  return Array.from({ length: slotShards }, (_, shard) => slotName(cadence, minute % cadence.everyMinutes, shard));
}

/** The next start of this user's minute, strictly after `now`. */
export function nextTurnOf(userId: string, cadence: Cadence, now: Date): Date {
  const own = minuteOf(userId, cadence);
  const minute = Math.floor(now.getTime() / 60_000);
  const ahead = (own - (minute % cadence.everyMinutes) + cadence.everyMinutes) % cadence.everyMinutes;
  return new Date((minute + (ahead === 0 ? cadence.everyMinutes : ahead)) * 60_000);
}

const hashOf = (userId: string): Buffer => createHash('sha256').update(`gatehouse:slot:${userId}`).digest();

const minuteOf = (userId: string, { everyMinutes }: Cadence): number => hashOf(userId).readUInt32BE(0) % everyMinutes;

function slotName({ module, everyMinutes }: Cadence, minute: number, shard: number): string {
  return `${module}/${everyMinutes}/${String(minute).padStart(2, '0')}/${shard}`;
}
