/** Sessions and their refresh tokens: single-use, rotated, and replayed for a short while. */
import { newId, newRefreshToken } from './ids.ts';
import { Refusal } from '../front/refusal.ts';
import { invalidGrant } from './refusals.ts';

export interface Impersonator {
  readonly email: string;
  readonly reason: string | null;
}

/** Who signed in, how, and from where: what a session keeps of its sign-in. */
export interface SignIn {
  readonly userId: string;
  readonly organizationId: string | undefined;
  /** As the authenticate answer names it: `Password`, `GoogleOAuth`, `SSO`, `Impersonation` … */
  readonly authenticationMethod: string;
  /** The last active sign-in; earlier than the session when AuthKit knew the browser already. */
  readonly authenticatedAt: Date;
  readonly impersonator: Impersonator | undefined;
  /** As the application handed them to `authenticate`. */
  readonly ipAddress: string | undefined;
  readonly userAgent: string | undefined;
}

export interface Session extends SignIn {
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** `undefined` while it lives. */
  readonly endedAt: Date | undefined;
  /** How often a refresh token of this session was presented, whatever came of it. */
  readonly refreshCalls: number;
  /** How many of those were exchanged for new tokens; the others were replays or refused. */
  readonly exchanges: number;
}

interface RefreshToken<Answer> {
  readonly sessionId: string;
  /** Set by the exchange, before its answer is there: whoever comes second waits for the same answer. */
  exchange: { readonly at: number; readonly answer: Promise<Answer> } | undefined;
}

const lifetimeDays = 30;

/** `Answer` is what an exchange yields and a replay repeats: the whole authenticate answer. */
export class Sessions<Answer> {
  readonly #now: () => Date;
  readonly #replaySeconds: () => number;
  readonly #sessions = new Map<string, Session>();
  readonly #refreshTokens = new Map<string, RefreshToken<Answer>>();

  constructor(options: { readonly now: () => Date; readonly replaySeconds: () => number }) {
    this.#now = options.now;
    this.#replaySeconds = options.replaySeconds;
  }

  /** In the order of their creation, ended ones too. */
  all(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  find(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  isActive(session: Session): boolean {
    return session.endedAt === undefined && session.expiresAt > this.#now();
  }

  start(signIn: SignIn): Session {
    const createdAt = this.#now();
    const session = {
      ...signIn,
      id: newId('session'),
      createdAt,
      expiresAt: new Date(createdAt.getTime() + lifetimeDays * 86_400_000),
      endedAt: undefined,
      refreshCalls: 0,
      exchanges: 0,
    };
    this.#sessions.set(session.id, session);
    return session;
  }

  /** Its refresh tokens are worthless from now on; its access tokens live on until they expire. */
  end(id: string): void {
    const session = this.#sessions.get(id);
    if (session !== undefined && session.endedAt === undefined) this.#change(id, { endedAt: this.#now() });
  }

  /** The organization that was chosen last is the one of the next refresh that names none. */
  chooseOrganization(id: string, organizationId: string): void {
    this.#change(id, { organizationId });
  }

  issueRefreshToken(sessionId: string): string {
    const token = newRefreshToken();
    this.#refreshTokens.set(token, { sessionId, exchange: undefined });
    return token;
  }

  /**
   * Exchanges a refresh token by `renew`, once. The same token again within the replay window gets the same answer, and so
   * does everyone who presents it while `renew` is at work. A `renew` that throws leaves the token unused.
   * @throws Refusal `invalid_grant` for a token that is unknown, exchanged longer ago, or of an ended session.
   */
  async exchange(token: string, renew: (session: Session) => Promise<Answer>): Promise<Answer> {
    const refreshToken = this.#refreshTokens.get(token);
    const session = refreshToken && this.#sessions.get(refreshToken.sessionId);
    if (refreshToken === undefined || session === undefined) throw invalidGrant('Invalid refresh token.');
    this.#change(session.id, { refreshCalls: session.refreshCalls + 1 });
    if (!this.isActive(session)) throw invalidGrant('Session has already ended.');

    const now = this.#now().getTime();
    const earlier = refreshToken.exchange;
    if (earlier !== undefined) {
      if (now - earlier.at < this.#replaySeconds() * 1000) return earlier.answer;
      throw invalidGrant('Refresh token already exchanged.');
    }
    const answer = renew(session);
    refreshToken.exchange = { at: now, answer };
    try {
      await answer;
    } catch (error) {
      refreshToken.exchange = undefined;
      throw error;
    }
    this.#change(session.id, { exchanges: (this.#sessions.get(session.id)?.exchanges ?? 0) + 1 });
    return answer;
  }

  #change(id: string, changes: Partial<Session>): void {
    const session = this.#sessions.get(id);
    if (session === undefined) throw new Refusal(404, { message: `Session not found: '${id}'.` });
    this.#sessions.set(id, { ...session, ...changes });
  }
}
