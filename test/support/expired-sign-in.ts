/** A browser whose access token was born expired, so that its next request has to refresh; and what WorkOS knows of its session. */
import type { LocalCloud } from '../../lib/local/local-cloud.ts';
import type { LocalWorkos } from '../../lib/local/workos/server.ts';
import { UserAgent } from './user-agent.ts';

export type RemoteSession = LocalWorkos['sessions'][number];

export interface ExpiredSignIn {
  readonly browser: UserAgent;
  /** As it is at WorkOS at this moment. */
  readonly remote: () => RemoteSession;
}

/** @param email one of the local AuthKit's users */
export async function signInExpired({ url, workos }: LocalCloud, email = 'alice@example.com'): Promise<ExpiredSignIn> {
  const { settings } = workos;
  const { accessTokenSeconds } = settings;
  const browser = new UserAgent();
  settings.accessTokenSeconds = -60;
  try {
    // To a page that does not ask who is there.
    await browser.signIn(url, { login_hint: email, return_to: '/nowhere' });
  } finally {
    settings.accessTokenSeconds = accessTokenSeconds;
  }
  const id = workos.sessions.at(-1)?.id;
  const remote = (): RemoteSession => {
    const session = workos.sessions.find((each) => each.id === id);
    if (session === undefined) throw new Error('WorkOS has no such session');
    return session;
  };
  return { browser, remote };
}
