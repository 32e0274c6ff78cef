/** WorkOS as far as refreshing goes: single-use refresh tokens, and a replay window that can be off. */

/** What a cookie holds. The refresh token of generation n is exchanged for the pair of generation n + 1. */
export interface Pair {
  readonly sessionId: string;
  readonly generation: number;
  readonly accessExpiresAt: number;
}

export interface WorkosCall {
  readonly sessionId: string;
  readonly generation: number;
  readonly verdict: 'exchanged' | 'replayed' | 'refused';
}

export interface WorkosModel {
  signIn(sessionId: string): Pair;
  /** @returns `undefined` for `invalid_grant`. */
  exchange(pair: Pair): Pair | undefined;
  /** Its logout page: the session's refresh tokens are worthless from now on. */
  revoke(sessionId: string): void;
  readonly calls: readonly WorkosCall[];
}

export const accessTokenMs = 300_000;

/** @param options.replayMs how long the token just exchanged yields the same pair again; 0 for never. */
export function createWorkosModel(options: { readonly now: () => number; readonly replayMs: number }): WorkosModel {
  const calls: WorkosCall[] = [];
  const revoked = new Set<string>();
  const exchanged = new Map<string, { readonly at: number; readonly pair: Pair }>();

  const judge = ({ sessionId, generation }: Pair): { verdict: WorkosCall['verdict']; pair?: Pair } => {
    if (revoked.has(sessionId)) return { verdict: 'refused' };
    const token = `${sessionId}/${generation}`;
    const at = options.now();
    const earlier = exchanged.get(token);
    if (earlier)
      return at - earlier.at < options.replayMs ? { verdict: 'replayed', pair: earlier.pair } : { verdict: 'refused' };
    const pair = { sessionId, generation: generation + 1, accessExpiresAt: at + accessTokenMs };
    exchanged.set(token, { at, pair });
    return { verdict: 'exchanged', pair };
  };

  return {
    calls,
    signIn: (sessionId) => ({ sessionId, generation: 0, accessExpiresAt: options.now() + accessTokenMs }),
    exchange(pair) {
      const judged = judge(pair);
      calls.push({ sessionId: pair.sessionId, generation: pair.generation, verdict: judged.verdict });
      return judged.pair;
    },
    revoke: (sessionId) => void revoked.add(sessionId),
  };
}
