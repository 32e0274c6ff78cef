/** Seals of `wos-session` as others handle them: opened, made and refreshed by WorkOS's own packages, none of our code. */
import { WorkOS } from '@workos-inc/node';
import { sessionEncryption } from '@workos/authkit-session';
import * as v from 'valibot';
import type { LocalCloud } from '../../lib/local/local-cloud.ts';
import { password } from './cookie-passwords.ts';
import type { UserAgent } from './user-agent.ts';

const sessionContent = v.looseObject({
  accessToken: v.string(),
  refreshToken: v.string(),
  user: v.looseObject({ id: v.string(), email: v.string() }),
});
export type SessionContent = v.InferOutput<typeof sessionContent>;

export async function openSeal(seal: string, secret = password): Promise<SessionContent> {
  return v.parse(sessionContent, await sessionEncryption.unsealData(seal, { password: secret }));
}

export async function makeSeal(content: unknown, secret = password): Promise<string> {
  return sessionEncryption.sealData(content, { password: secret });
}

/** @throws Error when the browser has no session. */
export async function sealOf(browser: UserAgent, url: string): Promise<string> {
  const seal = (await browser.cookies(url))['wos-session'];
  if (seal === undefined) throw new Error('the browser has no wos-session');
  return seal;
}

/** The SDK as an application of the team's would have it. */
export function workosSdk({ workos }: LocalCloud): WorkOS {
  const { apiKey, clientId, port } = workos;
  return new WorkOS({ apiKey, clientId, apiHostname: 'localhost', port, https: false });
}

/** Puts a session into the browser whose access token has expired and whose refresh token has not, by the SDK's refresh. */
export async function expireAccessToken(gatehouse: LocalCloud, browser: UserAgent): Promise<void> {
  const { settings } = gatehouse.workos;
  const { accessTokenSeconds } = settings;
  const sessionData = await sealOf(browser, gatehouse.url);
  settings.accessTokenSeconds = -60;
  const refreshed = await workosSdk(gatehouse)
    .userManagement.loadSealedSession({ sessionData, cookiePassword: password })
    .refresh();
  settings.accessTokenSeconds = accessTokenSeconds;
  if (!refreshed.authenticated || refreshed.sealedSession === undefined) throw new Error('the SDK did not refresh');
  await browser.plant(gatehouse.url, 'wos-session', refreshed.sealedSession);
}
