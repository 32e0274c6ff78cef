/** Threat 6: session fixation; session, state and verifier are new at every login (oauth2-proxy GHSA-f24x-5g9q-753f). */
import { beforeEach, describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { makeSeal, openSeal, sealOf } from '../support/session-seals.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;

let browser: UserAgent;
beforeEach(() => {
  browser = new UserAgent();
});

const session = async (user = browser): Promise<Record<string, unknown>> =>
  JSON.parse((await user.send(`${url}/session`)).body) as Record<string, unknown>;

describe('every login', () => {
  it('has a state, a challenge and a cookie of its own', async () => {
    const answers: Answer[] = [];
    for (let count = 0; count < 25; count++) answers.push(await new UserAgent().send(`${url}/login`));
    const asked = answers.map(({ location }) => new URL(location ?? '').searchParams);
    for (const values of [
      asked.map((query) => query.get('state')),
      asked.map((query) => query.get('code_challenge')),
      answers.map(({ setCookies }) => setCookies[0]?.split('=')[0]),
      answers.map(({ setCookies }) => setCookies[0]?.split('=')[1]),
    ]) {
      expect(new Set(values).size).toBe(25);
    }
  });

  it('has a session of its own, for the same user too', async () => {
    await browser.signIn(url);
    const first = { id: (await session())['sessionId'], seal: await sealOf(browser, url) };
    await browser.signIn(url);
    expect((await session())['sessionId']).not.toBe(first.id);
    const contents = [await openSeal(first.seal), await openSeal(await sealOf(browser, url))];
    expect(new Set(contents.map(({ refreshToken }) => refreshToken)).size).toBe(2);
    expect(new Set(contents.map(({ accessToken }) => accessToken)).size).toBe(2);
  });

  it('leaves no cookie of its own behind', async () => {
    await browser.signIn(url);
    expect(Object.keys(await browser.cookies(url))).toStrictEqual(['wos-session']);
  });
});

describe("an attacker's session, planted before the victim signs in", () => {
  it('is replaced, and stays the attacker’s', async () => {
    const attacker = new UserAgent();
    await attacker.signIn(url, { login_hint: 'bob@example.com' });
    const planted = await sealOf(attacker, url);
    await browser.plant(url, 'wos-session', planted);

    await browser.signIn(url);
    expect(await sealOf(browser, url)).not.toBe(planted);
    expect(await session()).toMatchObject({ email: 'alice@example.com' });
    expect(await session(attacker)).toMatchObject({ email: 'bob@example.com' });
  });

  it('gives its id to nothing of the victim’s', async () => {
    const attacker = new UserAgent();
    await attacker.signIn(url, { login_hint: 'bob@example.com' });
    const { sessionId } = await session(attacker);
    await browser.plant(url, 'wos-session', await sealOf(attacker, url));
    await browser.signIn(url);
    expect((await session())['sessionId']).not.toBe(sessionId);
  });
});

describe('a seal that somebody made up before the login', () => {
  it('lends the login none of its fields', async () => {
    const madeUp = {
      accessToken: 'x',
      refreshToken: 'x',
      user: { id: 'x', email: 'admin@example.com' },
      impersonator: { email: 'x' },
    };
    await browser.plant(url, 'wos-session', await makeSeal(madeUp));
    await browser.signIn(url);
    expect(await session()).not.toHaveProperty('impersonator');
    expect(await session()).toMatchObject({ email: 'alice@example.com' });
  });
});

describe('a session that was signed out', () => {
  it('is not what the next login continues', async () => {
    await browser.signIn(url);
    const { sessionId } = await session();
    await browser.visit(`${url}/logout`);
    await browser.signIn(url);
    expect((await session())['sessionId']).not.toBe(sessionId);
    expect(workos.sessions.at(-2)?.endedAt).toBeInstanceOf(Date);
    expect(workos.sessions.at(-1)?.endedAt).toBeUndefined();
  });
});
