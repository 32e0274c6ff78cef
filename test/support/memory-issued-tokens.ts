/** The tokens that were issued, in memory. */
import type { IssuedTokens } from '../../functions/shared/domain/access-tokens.ts';

type IssuedToken = Parameters<IssuedTokens['record']>[0];

export interface MemoryIssuedTokens extends IssuedTokens {
  readonly recorded: readonly IssuedToken[];
}

export function createMemoryIssuedTokens(): MemoryIssuedTokens {
  const recorded: IssuedToken[] = [];
  return {
    recorded,
    record(issued) {
      recorded.push(issued);
      return Promise.resolve();
    },
  };
}
