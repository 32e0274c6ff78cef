/** A new cookie password, put in front of the old one by an operator: nobody is signed out, and the old one fades away. */
import { beforeEach, describe, expect, it } from 'vitest';
import { password } from '../support/cookie-passwords.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { operatorOf } from '../support/operator.ts';
import { expireAccessToken, openSeal, sealOf } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;
const operator = operatorOf(gatehouse);
const newPassword = 'the password that an operator made today';

async function setPasswords(value: string | readonly string[]): Promise<void> {
  await operator.putSecret('cookie', { WORKOS_COOKIE_PASSWORD: value });
  gatehouse.killInstances();
}

let browser: UserAgent;
beforeEach(async () => {
  await setPasswords(password);
  browser = new UserAgent();
});

const isSignedIn = async (): Promise<boolean> => (await browser.send(`${url}/session`)).status === 200;

describe.each([
  ['a list', (list: readonly string[]) => list],
  ['the text of a JSON array', (list: readonly string[]) => JSON.stringify(list)],
])('with both passwords as %s', (_, written) => {
  it('sessions of the old password go on, and new ones are sealed with the new password', async () => {
    await browser.signIn(url);
    await setPasswords(written([newPassword, password]));
    expect(await isSignedIn()).toBe(true);

    const another = new UserAgent();
    await another.signIn(url);
    expect(await openSeal(await sealOf(another, url), newPassword)).toMatchObject({ user: { firstName: 'Alice' } });
    expect((await another.send(`${url}/session`)).status).toBe(200);
  });
});

describe('while the old password is in the list', () => {
  it('a refresh moves a session to the new one', async () => {
    await browser.signIn(url);
    await expireAccessToken(gatehouse, browser);
    await setPasswords([newPassword, password]);
    await browser.send(`${url}/`);
    expect(await openSeal(await sealOf(browser, url), newPassword)).toMatchObject({ user: { firstName: 'Alice' } });
    expect(await isSignedIn()).toBe(true);
  });

  it('a login that began before ends well', async () => {
    const callback = await browser.signInUpToCallback(url, { return_to: '/dashboard' });
    await setPasswords([newPassword, password]);
    expect((await browser.visit(callback)).url).toBe(`${url}/dashboard`);
  });

  it('people can sign out', async () => {
    await browser.signIn(url);
    await setPasswords([newPassword, password]);
    expect((await browser.visit(`${url}/logout`)).url).toBe(`${url}/`);
    expect(gatehouse.workos.sessions.at(-1)?.endedAt).toBeInstanceOf(Date);
  });
});

describe('once the old password is gone', () => {
  it('its sessions are over, until it is back: their cookies are kept', async () => {
    await browser.signIn(url);
    await setPasswords(newPassword);
    const answer = await browser.send(`${url}/session`);
    expect(answer.status).toBe(401);
    expect(answer.setCookies).toStrictEqual([]);
    await setPasswords([newPassword, password]);
    expect((await browser.send(`${url}/session`)).status).toBe(200);
  });

  it('logins that began under it were not started here', async () => {
    const callback = await browser.signInUpToCallback(url);
    await setPasswords(newPassword);
    expect((await browser.visit(callback)).url).toBe(`${url}/login?error=state_mismatch`);
  });
});

describe('a password that is too short', () => {
  it.each([['short'], [[newPassword, 'short']], ['["unclosed'], [[]]])('is refused: %j', async (value) => {
    await setPasswords(value);
    const answer = await new UserAgent({ cookie: 'wos-session=x' }).send(`${url}/session`);
    expect(answer.status).toBe(503);
    const { record, text } = gatehouse.logLines.findLast((line) => line.record?.['event'] === 'request.failed') ?? {};
    expect(record).toMatchObject({ level: 'error', code: 'temporarily_unavailable' });
    expect(text).toContain('WORKOS_COOKIE_PASSWORD');
    expect(text).not.toContain('short');
    expect(text).not.toContain(newPassword);
  });
});
