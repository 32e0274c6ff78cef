/** A browser without pages: a cookie jar that follows the browsers' rules, and redirects one at a time. */
import { CookieJar } from 'tough-cookie';
import { requireDocumented } from './documented-answers.ts';

export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** One complete value each, as sent. */
  readonly setCookies: readonly string[];
  /** Absolute; `undefined` without a redirect. */
  readonly location: string | undefined;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const maxRedirects = 10;

export class UserAgent {
  readonly jar: CookieJar;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param headers sent with every request, such as `accept-language`. */
  constructor(headers: Readonly<Record<string, string>> = {}, jar: CookieJar = new CookieJar()) {
    this.#headers = { 'user-agent': 'gatehouse-test', ...headers };
    this.jar = jar;
  }

  /** One request with this jar's cookies; redirects are answers. */
  async send(url: string, options: SendOptions = {}): Promise<Answer> {
    const cookie = await this.jar.getCookieString(url);
    const response = await fetch(url, {
      method: options.method ?? 'GET',
      headers: { ...this.#headers, ...(cookie !== '' && { cookie }), ...options.headers },
      redirect: 'manual',
      ...(options.body !== undefined && { body: options.body }),
    });
    const setCookies = response.headers.getSetCookie();
    for (const value of setCookies) await this.jar.setCookie(value, url, { ignoreError: true });
    const location = response.headers.get('location');
    const answer = {
      url,
      status: response.status,
      headers: response.headers,
      body: await response.text(),
      setCookies,
      location: location === null ? undefined : new URL(location, url).href,
    };
    const { origin, pathname: path } = new URL(url);
    requireDocumented(origin, { method: options.method ?? 'GET', path }, answer);
    return answer;
  }

  /** Goes on where an answer leads, until one leads nowhere. */
  async follow(answer: Answer): Promise<Answer> {
    let current = answer;
    for (let count = 0; current.location !== undefined; count++) {
      if (count === maxRedirects)
        throw new Error(`more than ${maxRedirects} redirects, the last to ${current.location}`);
      current = await this.send(current.location);
    }
    return current;
  }

  async visit(url: string, options: SendOptions = {}): Promise<Answer> {
    return this.follow(await this.send(url, options));
  }

  /** Sends a form to where a page was found, as the local AuthKit's account chooser does. */
  async submit(url: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.send(url, { method: 'POST', headers, body: new URLSearchParams(fields).toString() });
  }

  /** Values of the cookies that a request to `url` would carry, by name. */
  async cookies(url: string): Promise<Readonly<Record<string, string>>> {
    const cookies = await this.jar.getCookies(url);
    return Object.fromEntries(cookies.map(({ key, value }) => [key, value]));
  }

  /** The cookies of logins under way, the oldest first. */
  async loginCookies(url: string): Promise<readonly { readonly name: string; readonly value: string }[]> {
    const cookies = Object.entries(await this.cookies(url)).map(([name, value]) => ({ name, value }));
    return cookies.filter(({ name }) => name.startsWith('__Host-gh-login-'));
  }

  /** Puts a host-only cookie into the jar, as if a server at `url` had set it. */
  async plant(url: string, name: string, value: string): Promise<void> {
    await this.jar.setCookie(`${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`, url);
  }

  /** From `/login` to where the login ends, as the local AuthKit's `alice@example.com` unless told otherwise. */
  async signIn(origin: string, parameters: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.visit(loginUrl(origin, parameters));
  }

  /** From `/login` to the callback that AuthKit redirects to, which is not visited yet. */
  async signInUpToCallback(origin: string, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
    const atWorkos = await this.send(loginUrl(origin, parameters));
    if (atWorkos.location === undefined) throw new Error(`/login answered ${atWorkos.status}`);
    const back = await this.send(atWorkos.location);
    if (back.location === undefined) throw new Error(`AuthKit answered ${back.status}`);
    return back.location;
  }
}

function loginUrl(origin: string, parameters: Readonly<Record<string, string>>): string {
  return `${origin}/login?${new URLSearchParams({ login_hint: 'alice@example.com', ...parameters })}`;
}
