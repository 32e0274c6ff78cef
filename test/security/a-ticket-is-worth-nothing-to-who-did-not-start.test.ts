/** Threat 16: the halves of a login. Who starts it has the verifier, who finishes it gets the ticket; neither is a token. */
import { describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { redeem, signInToApp, startNativeApp } from '../support/native-app.ts';
import { UserAgent } from '../support/user-agent.ts';

const { url } = await startGatehouse();

const uidOfAlice = async () => (await signInToApp(startNativeApp(url)))['uid'] ?? '';
const refused = { status: 401, body: expect.stringContaining('"invalid_device_proof"') };

describe('a flow that an attacker starts and a victim finishes', () => {
  it('leaves the attacker with a verifier and no ticket', async () => {
    const uid = await uidOfAlice();
    const attacker = startNativeApp(url);
    // Before the login ends, and with whatever the attacker knows of it.
    const guesses = ['', attacker.state, attacker.verifier, 'A'.repeat(43), new URL(attacker.loginUrl).search];
    for (const ticket of guesses.slice(1)) {
      expect(await redeem(url, { uid, ticket, verifier: attacker.verifier })).toMatchObject(refused);
    }
    // The victim opens the attacker's link, and signs in: the ticket comes to the app on the victim's device.
    const { ticket = '', ok } = await signInToApp(attacker);
    expect(ok).toBe('1');
    for (const guess of guesses.slice(1)) {
      expect(await redeem(url, { uid, ticket: guess, verifier: attacker.verifier })).toMatchObject(refused);
    }
    // That app did not begin this login. Should it try all the same, its own verifier does not fit, and the ticket is gone.
    const app = startNativeApp(url);
    expect(await redeem(url, { uid, ticket, verifier: app.verifier })).toMatchObject(refused);
    expect(await redeem(url, { uid, ticket, verifier: attacker.verifier })).toMatchObject(refused);
  });

  it('cannot be finished in a browser other than the one that started it', async () => {
    const attacker = new UserAgent();
    const { loginUrl } = startNativeApp(url);
    const atWorkos = await attacker.send(loginUrl);
    const callback = (await attacker.send(atWorkos.location ?? '')).location ?? '';
    const answer = await new UserAgent().send(callback);
    expect(answer.location).toBe(`${url}/login?error=state_mismatch`);
  });
});

describe('a redirect that no app asked for', () => {
  it('redeems nothing: a made-up ticket is none', async () => {
    const app = startNativeApp(url);
    const uid = await uidOfAlice();
    for (const ticket of ['x', 'A'.repeat(43), '../../etc/passwd', 'a'.repeat(8_000)]) {
      expect(await redeem(url, { uid, ticket, verifier: app.verifier })).toMatchObject(refused);
    }
  });

  it('redeems nothing with a ticket that was used', async () => {
    const app = startNativeApp(url);
    const { uid = '', ticket = '' } = await signInToApp(app);
    expect(await redeem(url, { uid, ticket, verifier: app.verifier })).toMatchObject({ status: 200 });
    expect(await redeem(url, { uid, ticket, verifier: app.verifier })).toMatchObject(refused);
  });

  it("redeems nothing as another user's", async () => {
    const app = startNativeApp(url);
    const { ticket = '' } = await signInToApp(app);
    const uid = `usr_${'0'.repeat(32)}`;
    expect(await redeem(url, { uid, ticket, verifier: app.verifier })).toMatchObject(refused);
  });
});

describe('what comes back to an app', () => {
  it('is a ticket, and no token or cookie', async () => {
    const browser = new UserAgent();
    const app = startNativeApp(url);
    const atWorkos = await browser.send(app.loginUrl);
    const callback = (await browser.send(atWorkos.location ?? '')).location ?? '';
    const answer = await browser.send(callback);
    const redirect = new URL(answer.location ?? '');
    expect([...redirect.searchParams.keys()]).toStrictEqual(['ok', 'uid', 'ticket', 'state', 'iss']);
    expect(redirect.hash).toBe('');
    // A JWT, a seal, a code or an e-mail address would show.
    expect(redirect.href).not.toMatch(/eyJ|Fe26|alice|code=/);
    expect(answer.setCookies).toStrictEqual([expect.stringMatching(/^__Host-gh-login-[\w-]{12}=; Max-Age=0;/)]);
    expect(answer.body).toBe('');
  });

  it('is worth nothing without the verifier', async () => {
    const { uid = '', ticket = '' } = await signInToApp(startNativeApp(url));
    expect(await redeem(url, { uid, ticket, verifier: 'A'.repeat(43) })).toMatchObject(refused);
    for (const authorization of [`Bearer ${ticket}`, `DPoP ${ticket}`]) {
      const answer = await new UserAgent().send(`${url}/session`, { headers: { authorization } });
      expect(answer.status).toBe(401);
    }
  });
});
