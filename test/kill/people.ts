/** Alice and Bob, signed in and connected through the real flow, and what another backend gets for them. */
import * as v from 'valibot';
import type { LocalCloud } from '../../lib/local/local-cloud.ts';
import { consentInBrowser } from '../support/consent-in-browser.ts';
import { UserAgent } from '../support/user-agent.ts';

export type ConnectedModule = 'github' | 'gmail';

export interface Person {
  readonly email: string;
  readonly userId: string;
  /** Goes through consent, again where it was given before. */
  connect(module: ConnectedModule): Promise<void>;
  /** @returns what `module-access-token` answers. @throws Error when its process is killed. */
  askForAccess(module: ConnectedModule): Promise<AccessAnswer>;
}

const accessAnswer = v.union([v.object({ accessToken: v.string() }), v.object({ error: v.string() })]);
export type AccessAnswer = v.InferOutput<typeof accessAnswer>;

const sessionAnswer = v.pipe(v.string(), v.parseJson(), v.object({ uid: v.string() }));

export async function signIn(
  cloud: LocalCloud,
  { email, githubLogin }: { readonly email: string; readonly githubLogin: string },
): Promise<Person> {
  const { url } = cloud;
  const browser = new UserAgent();
  await browser.signIn(url, { login_hint: email });
  const { uid: userId } = v.parse(sessionAnswer, (await browser.send(`${url}/session`)).body);
  const accounts = { gmail: email, github: githubLogin };
  return {
    email,
    userId,
    async connect(module) {
      const consent = { account: accounts[module] };
      const end = await consentInBrowser(`${url}/oauth/${module}/connect`, `${url}/dashboard`, browser, consent);
      if (end.searchParams.get('connected') !== module) throw new Error(`${email} could not connect ${module}`);
    },
    async askForAccess(module) {
      return v.parse(accessAnswer, await cloud.invoke('module-access-token', { userId, module }));
    },
  };
}
