/**
 * When keys come and go. The keys of a purpose are numbered; each is used from its `activeFrom` until that of the next one.
 * Everything follows from the rows and the clock, so that whoever reads the same rows uses the same key.
 */
import { accessTokenTtlSeconds } from './access-tokens.ts';

export interface NumberedKey {
  /** 1 for the first of its purpose. */
  readonly number: number;
  readonly activeFrom: Date;
}

export interface RotationPolicy {
  /** After so long in use a key gives way to the next one. */
  readonly maxAgeMs: number;
  /** So long before its use a key is there for all to see. The very first one is used at once. */
  readonly leadMs: number;
  /** So long after its use a key is still there. */
  readonly keepMs: number;
}

export interface RotationPlan<Key extends NumberedKey> {
  readonly create: NumberedKey | undefined;
  readonly remove: readonly Key[];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How long instances keep a list of keys that they have read. Whoever changes the list is understood by then. */
export const keyListAgeMs = 60_000;

/** Signing keys: API Gateway's authorizer keeps what it has read of them for 2 h. */
export function signingKeyPolicy(maxAgeDays: number): RotationPolicy {
  const keepMs = accessTokenTtlSeconds * 1000 + 2 * hourMs + keyListAgeMs;
  return { maxAgeMs: maxAgeDays * dayMs, leadMs: dayMs, keepMs };
}

/** Data keys that live as long as what they protect. Only our own instances read their list, each within a minute. */
export function dataKeyPolicy(protectsForSeconds: number): RotationPolicy {
  return { maxAgeMs: 365 * dayMs, leadMs: 2 * keyListAgeMs, keepMs: protectsForSeconds * 1000 + hourMs };
}

/**
 * Data keys of modules: what they protect is kept for as long as its user wants. They are never removed by age, since a record
 * whose key is gone is gone; `renew-module-tokens` brings records under the newest key. A key costs nothing to keep.
 */
export const moduleKeyPolicy: RotationPolicy = {
  maxAgeMs: 365 * dayMs,
  leadMs: 2 * keyListAgeMs,
  keepMs: Number.POSITIVE_INFINITY,
};

/**
 * @param keys of one purpose, in any order.
 * @param isOutdated whether the newest key is no longer what the settings ask for.
 */
export function planRotation<Key extends NumberedKey>(
  keys: readonly Key[],
  now: Date,
  policy: RotationPolicy,
  isOutdated: (newest: Key) => boolean = () => false,
): RotationPlan<Key> {
  const sorted = inOrder(keys);
  const newest = sorted.at(-1);
  if (!newest) return { create: { number: 1, activeFrom: now }, remove: [] };

  const remove = sorted.filter((_, index) => {
    const next = sorted[index + 1];
    return next !== undefined && next.activeFrom.getTime() + policy.keepMs <= now.getTime();
  });
  const endOfUse = newest.activeFrom.getTime() + policy.maxAgeMs;
  const earliest = now.getTime() + policy.leadMs;
  if (isOutdated(newest)) return { create: { number: newest.number + 1, activeFrom: new Date(earliest) }, remove };
  // A daily run looks a day ahead and has no other chance before.
  const isDue = endOfUse - dayMs <= earliest;
  const activeFrom = new Date(Math.max(earliest, endOfUse));
  return { create: isDue ? { number: newest.number + 1, activeFrom } : undefined, remove };
}

/** In an emergency: a key to be used at once, and nothing left of those before it. */
export function planEmergency<Key extends NumberedKey>(keys: readonly Key[], now: Date): RotationPlan<Key> {
  const newest = inOrder(keys).at(-1);
  return { create: { number: (newest?.number ?? 0) + 1, activeFrom: now }, remove: keys };
}

/** The latest of those whose time has come. Before any has, the first: there is nothing older that anybody could use. */
export function keyInUse<Key extends NumberedKey>(keys: readonly Key[], now: Date): Key | undefined {
  const sorted = inOrder(keys);
  return sorted.findLast(({ activeFrom }) => activeFrom <= now) ?? sorted[0];
}

function inOrder<Key extends NumberedKey>(keys: readonly Key[]): readonly Key[] {
  return keys.toSorted((a, b) => a.number - b.number);
}
