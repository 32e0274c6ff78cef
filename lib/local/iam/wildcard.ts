/** IAM's wildcards: `*` for any characters or none, `?` for exactly one. */

/** Takes steps in proportion to both lengths, whatever the pattern: a regular expression would not. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let patternAt = 0;
  /** Where to go on when what follows the last `*` does not fit: the star then takes one character more. */
  let retry: { patternAt: number; at: number } | undefined;
  while (at < text.length) {
    const expected = pattern[patternAt];
    if (expected === '*') {
      patternAt += 1;
      retry = { patternAt, at };
    } else if (expected === '?' || expected === text[at]) {
      patternAt += 1;
      at += 1;
    } else if (retry !== undefined) {
      retry = { patternAt: retry.patternAt, at: retry.at + 1 };
      ({ patternAt, at } = retry);
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(patternAt));
}
