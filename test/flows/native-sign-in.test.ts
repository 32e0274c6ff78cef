/** An app's sign-in as far as the ticket: through the system browser, and back to the app. */
import { afterEach, describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { signInToApp, startNativeApp } from '../support/native-app.ts';
import { operatorOf } from '../support/operator.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos, faults, aws } = gatehouse;
const operator = operatorOf(gatehouse);
afterEach(() => faults.clear());

const latestSession = () => workos.sessions.at(-1);
/** Of the client that has to ask. */
const asking = { client_id: 'gatehouse-asking', redirect_uri: 'yourappscheme://asking/success' };

describe('an app that is registered to ask nobody', () => {
  it('gets a ticket, and its state and our name with it', async () => {
    const app = startNativeApp(url);
    expect(await signInToApp(app)).toStrictEqual({
      ok: '1',
      uid: expect.stringMatching(/^usr_[0-9a-f]{32}$/),
      ticket: expect.stringMatching(/^[\w-]{43}$/),
      state: app.state,
      iss: url,
    });
  });

  it.each(['http://127.0.0.1:53682/callback', 'http://[::1]:65535/callback'])('gets it at %s', async (redirectUri) => {
    const app = startNativeApp(url, { redirect_uri: redirectUri });
    expect(await signInToApp(app, { redirectUri })).toMatchObject({ ok: '1', state: app.state });
  });

  it('leaves no session in the browser, and none of ours in the table', async () => {
    const browser = new UserAgent();
    await signInToApp(startNativeApp(url), { browser });
    expect(await browser.cookies(url)).not.toHaveProperty('wos-session');
    expect(await browser.loginCookies(url)).toStrictEqual([]);
    expect((await browser.send(`${url}/session`)).status).toBe(401);
  });

  it('is told of on the bus', async () => {
    const { uid } = await signInToApp(startNativeApp(url));
    expect(aws.events.at(-1)?.detail).toMatchObject({
      userId: uid,
      origin: 'native',
      provider: 'authkit',
      method: 'Password',
    });
  });

  it('may run beside a web login in the same browser', async () => {
    const browser = new UserAgent();
    const callback = await browser.signInUpToCallback(url);
    await signInToApp(startNativeApp(url), { browser });
    expect((await browser.visit(callback)).url).toBe(`${url}/`);
    expect((await browser.send(`${url}/session`)).status).toBe(200);
  });
});

describe('an app whose login fails', () => {
  it('hears that its user cancelled', async () => {
    const browser = new UserAgent();
    const app = startNativeApp(url, { login_hint: undefined });
    const chooser = await browser.visit(app.loginUrl);
    const callback = (await browser.submit(chooser.url, { cancel: '' })).location ?? '';
    const { location = '' } = await browser.send(callback);
    expect(location.startsWith('yourappscheme://login/success?ok=0&error=access_denied&')).toBe(true);
    expect(new URL(location).searchParams.get('state')).toBe(app.state);
  });

  it('hears that WorkOS does not answer', async () => {
    faults.set('workos.authenticate=503');
    const app = startNativeApp(url);
    expect(await signInToApp(app)).toStrictEqual({
      ok: '0',
      error: 'temporarily_unavailable',
      state: app.state,
      iss: url,
    });
  });

  it('hears of a disabled user, whose session at WorkOS has ended', async () => {
    const { uid = '' } = await signInToApp(startNativeApp(url));
    await operator.setUserStatus(uid, 'disabled');
    expect(await signInToApp(startNativeApp(url))).toMatchObject({ ok: '0', error: 'user_disabled' });
    expect(latestSession()?.endedAt).toBeInstanceOf(Date);
    await operator.setUserStatus(uid, 'active');
  });

  it('hears of an impersonator, whose session at WorkOS has ended', async () => {
    await workos.impersonate('alice@example.com', { email: 'support@example.com', reason: null });
    expect(await signInToApp(startNativeApp(url))).toMatchObject({ ok: '0', error: 'impersonated' });
    expect(latestSession()?.endedAt).toBeInstanceOf(Date);
    await workos.impersonate('alice@example.com', undefined);
  });

  it('hears of it also when the ticket cannot be kept', async () => {
    faults.set('dynamodb.PutItem=500');
    expect(await signInToApp(startNativeApp(url))).toMatchObject({ ok: '0', error: 'temporarily_unavailable' });
  });
});

describe('an app that has to ask', () => {
  /** The page, and what its form sends. */
  async function askedPage(browser: UserAgent) {
    const app = startNativeApp(url, asking);
    const page = await browser.visit(app.loginUrl);
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page.body)?.[1] ?? '';
    const answer = (decision: string) =>
      browser.send(`${url}/login/confirm`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: 'null',
          'sec-fetch-site': 'same-origin',
        },
        body: new URLSearchParams({ flow: field('flow'), confirmation: field('confirmation'), decision }).toString(),
      });
    return { app, page, answer };
  }

  it('gets its ticket when the person goes on', async () => {
    const browser = new UserAgent();
    const { app, page, answer } = await askedPage(browser);
    expect(page.status).toBe(200);
    expect(page.body).toContain('Gatehouse asking app');
    const { status, location = '' } = await answer('continue');
    expect(status).toBe(303);
    expect(location.startsWith('yourappscheme://asking/success?ok=1&')).toBe(true);
    expect(new URL(location).searchParams.get('state')).toBe(app.state);
    expect(await browser.cookies(url)).toStrictEqual({});
  });

  it('gets none when the person does not, and the session at WorkOS ends', async () => {
    const { answer } = await askedPage(new UserAgent());
    const { location = '' } = await answer('cancel');
    expect(location).toContain('?ok=0&error=access_denied&');
    expect(latestSession()?.endedAt).toBeInstanceOf(Date);
  });

  it('gets one ticket of a button that is pressed twice', async () => {
    const { answer } = await askedPage(new UserAgent());
    const [first, second] = await Promise.all([answer('continue'), answer('continue')]);
    expect(first.location).toContain('?ok=1&');
    expect(second.location).toBe(first.location);
  });

  it('keeps its question while another login starts in the same browser', async () => {
    const browser = new UserAgent();
    const { answer } = await askedPage(browser);
    await browser.send(`${url}/login`);
    expect((await answer('continue')).location).toContain('?ok=1&');
  });
});
