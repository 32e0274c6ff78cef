/** Random numbers that a seed determines, so that what they led to can be seen again. */
export interface Random {
  /** A whole number, both ends included. */
  between(lowest: number, highest: number): number;
  /** @param probability 0 for never, 1 for always. */
  chance(probability: number): boolean;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

export function seedRandom(seed: number): Random {
  let state = seed >>> 0;
  /** Mulberry32: a Weyl sequence, mixed; equally spread in [0, 1). */
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (lowest: number, highest: number): number => lowest + Math.floor(next() * (highest - lowest + 1));
  return {
    between,
    chance: (probability) => next() < probability,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
  };
}
