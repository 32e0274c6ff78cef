/** A list of keys as an instance keeps it: read at its first use, again when it is old or does not have what is asked for. */
import type { Clock } from '../domain/clock.ts';
import { keyListAgeMs } from '../domain/key-rotation.ts';

/** Between two readings that an unknown id asked for: invented ones must not become reads. */
const rereadAfterMs = 10_000;

export interface KeyList<Key> {
  all(): Promise<readonly Key[]>;
  /** @returns `undefined` when a list read anew has none either. */
  find(matches: (key: Key) => boolean): Promise<Key | undefined>;
}

/** @param read throws AuthError `temporarily_unavailable`; a failure is not kept. */
export function createKeyList<Key>(read: () => Promise<readonly Key[]>, clock: Clock): KeyList<Key> {
  let keys: Promise<readonly Key[]> | undefined;
  let readAt = 0;

  const readAnew = (): Promise<readonly Key[]> => {
    readAt = clock().getTime();
    const reading = read();
    keys = reading;
    reading.catch(() => {
      if (keys === reading) keys = undefined;
    });
    return reading;
  };
  const ageMs = () => clock().getTime() - readAt;
  const all = () => (keys && ageMs() < keyListAgeMs ? keys : readAnew());

  return {
    all,
    async find(matches) {
      const found = (await all()).find(matches);
      if (found !== undefined || ageMs() < rereadAfterMs) return found;
      return (await readAnew()).find(matches);
    },
  };
}
