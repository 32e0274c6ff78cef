/** Threat 13, native: any history of tokens that are sent again, at any time, held against the rule in five lines. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantedBy, startNativeGrants } from '../../support/native-grants-under-test.ts';

type Step = { readonly present: number } | { readonly wait: number };

const steps = fc.array(
  fc.oneof(
    // Mostly the newest tokens: others end the history.
    { weight: 4, arbitrary: fc.record({ present: fc.constantFrom(0, 0, 0, 1, 1, 2, 5) }) },
    { weight: 1, arbitrary: fc.record({ wait: fc.constantFrom(1, 15, 29, 30, 31, 7200) }) },
  ),
  { minLength: 1, maxLength: 25 },
);

/** What an answer has to be, by counters alone. */
function createRule() {
  let [current, rotatedAt, now, isOver] = [0, 0, 0, false];
  return {
    current: () => current,
    wait: (seconds: number) => void (now += seconds),
    present(counter: number): 'ended' | 'granted' | 'refresh_token_reused' {
      if (isOver) return 'ended';
      if (counter === current) [current, rotatedAt] = [current + 1, now];
      else if (counter !== current - 1 || now - rotatedAt >= 30) isOver = true;
      return isOver ? 'refresh_token_reused' : 'granted';
    },
  };
}

describe('any history of refreshes', () => {
  it('is answered by the rule, with one successor for each token, and ends at most once', async () => {
    const grants = await startNativeGrants();
    const { begin, refresh, clock, events } = grants;
    const play = async (history: readonly Step[]): Promise<void> => {
      const rule = createRule();
      const tokens = [(await begin()).refreshToken];
      const told = events.published.length;
      for (const step of history) {
        if ('wait' in step) {
          clock.advanceSeconds(step.wait);
          rule.wait(step.wait);
          continue;
        }
        const counter = Math.max(0, rule.current() - step.present);
        const expected = rule.present(counter);
        const refreshed = await refresh(tokens[counter] ?? '');
        expect(refreshed.outcome === 'granted' ? 'granted' : refreshed.reason).toBe(expected);
        if (expected !== 'granted') continue;
        const { refreshToken } = grantedBy(refreshed);
        expect(refreshToken).toBe(tokens[counter + 1] ?? refreshToken);
        tokens[counter + 1] = refreshToken;
      }
      expect(events.published.length - told).toBe(rule.present(rule.current()) === 'ended' ? 1 : 0);
    };
    await fc.assert(fc.asyncProperty(steps, play), { numRuns: 200 });
  });
});
