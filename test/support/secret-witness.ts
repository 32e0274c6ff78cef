/** Remembers every secret that passes by, and finds them again where they must not be. */
import { openLogin } from '../../functions/shared/domain/login-transaction.ts';
import { passwords } from './cookie-passwords.ts';
import { openSeal } from './session-seals.ts';
import { type Answer, type SendOptions, UserAgent } from './user-agent.ts';

export class SecretWitness {
  readonly #url: string;
  readonly #secrets = new Map<string, Set<string>>();
  /** Of a stage: bodies of answers that told a client of a failure. */
  readonly errorPages: string[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  /** How many secrets there are of each kind. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#secrets].map(([kind, values]) => [kind, values.size]));
  }

  remember(kind: string, ...values: readonly (string | null | undefined)[]): void {
    const known = this.#secrets.get(kind) ?? new Set();
    for (const value of values) if (value) known.add(value);
    this.#secrets.set(kind, known);
  }

  /** What a request or redirect says in its query. */
  rememberAddress(address: string): void {
    const query = new URL(address).searchParams;
    this.remember('code', query.get('code'));
    this.remember('state', query.get('state'));
    this.remember('ticket', query.get('ticket'));
    this.remember('e-mail address', query.get('login_hint'));
    this.remember('invitation', query.get('invitation_token'));
  }

  async rememberCookie(name: string, value: string): Promise<void> {
    this.remember('cookie', value);
    if (name === 'wos-session') await this.rememberSession(value);
    else this.remember('verifier', openLogin({ name, value }, passwords, 'local')?.codeVerifier);
  }

  async rememberSession(seal: string): Promise<void> {
    const { accessToken, refreshToken, user } = await openSeal(seal);
    this.remember('cookie', seal);
    this.remember('access token', accessToken, accessToken.split('.')[2]);
    this.remember('refresh token', refreshToken);
    this.remember('e-mail address', user.email);
  }

  rememberAnswer(target: string, { status, body }: Answer): void {
    if (target.startsWith(this.#url) && (status >= 400 || target.includes('error='))) this.errorPages.push(body);
  }

  /** A browser of which nothing is missed. */
  browser(): UserAgent {
    return new WatchedUserAgent(this);
  }

  /** Which secrets these texts hold: as they are, or as a URL, a JSON string or base64 would write them. */
  leaksIn(texts: readonly string[]): string[] {
    const whole = texts.join('\n');
    const forms = (secret: string) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64'),
    ];
    return [...this.#secrets].flatMap(([kind, values]) =>
      [...values]
        .filter((value) => forms(value).some((form) => whole.includes(form)))
        .map((value) => `${kind}: ${value}`),
    );
  }
}

class WatchedUserAgent extends UserAgent {
  readonly #witness: SecretWitness;

  constructor(witness: SecretWitness) {
    super();
    this.#witness = witness;
  }

  override async send(target: string, options: SendOptions = {}): Promise<Answer> {
    const answer = await super.send(target, options);
    for (const address of [target, answer.location]) if (address !== undefined) this.#witness.rememberAddress(address);
    for (const setCookie of answer.setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? [];
      if (value !== '') await this.#witness.rememberCookie(name, value);
    }
    this.#witness.rememberAnswer(target, answer);
    return answer;
  }
}
