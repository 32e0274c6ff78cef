/** Works on many things, so many at a time. */

/** Takes nothing more after the first failure, waits for what is under way, and throws that failure. */
export async function runBounded<Item>(
  items: readonly Item[],
  atATime: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  let hasFailed = false;
  const runner = async (): Promise<void> => {
    for (const item of left) {
      if (hasFailed) return;
      try {
        await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(atATime, items.length) }, runner));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
