import { describe, expect, it } from 'vitest';
import type { AuthErrorCode } from '../../functions/shared/domain/auth-error.ts';
import { requestId } from '../support/api-gateway-event.ts';
import { startCallback } from '../support/callback-under-test.ts';
import { passwords, strangersPassword } from '../support/cookie-passwords.ts';

describe('GET /callback that this browser did not start', () => {
  const refusal = (code: AuthErrorCode) => ({ status: 302, location: `/login?error=${code}` });

  it('exchanges nothing without the cookie of its state', async () => {
    const { ask, begin, exchanged } = startCallback();
    const login = begin();
    const answer = await ask(`?code=c&state=${login.state}`);
    expect(answer).toMatchObject({ ...refusal('state_mismatch'), cookies: [login.cleared] });
    expect(exchanged).toStrictEqual([]);
  });

  it('exchanges nothing with the cookie of another flow', async () => {
    const { ask, begin, exchanged } = startCallback();
    const [mine, theirs] = [begin(), begin()];
    expect(await ask(`?code=c&state=${theirs.state}`, [mine.pair])).toMatchObject(refusal('state_mismatch'));
    const renamed = `${theirs.cookieName}=${mine.cookieValue}`;
    expect(await ask(`?code=c&state=${theirs.state}`, [renamed])).toMatchObject(refusal('state_mismatch'));
    expect(exchanged).toStrictEqual([]);
  });

  it('exchanges nothing when the cookie is there twice', async () => {
    const { ask, begin, exchanged } = startCallback();
    const login = begin();
    const tossed = [login.pair, `${login.cookieName}=tossed`];
    expect(await ask(`?code=c&state=${login.state}`, tossed)).toMatchObject(refusal('state_mismatch'));
    expect(await ask(`?code=c&state=${login.state}`, tossed.toReversed())).toMatchObject(refusal('state_mismatch'));
    expect(exchanged).toStrictEqual([]);
  });

  it.each([
    ['a state that somebody made up', () => 'made-up'],
    ['an empty state', () => ''],
    [
      'a state of another stage',
      (begin: ReturnType<typeof startCallback>['begin']) => begin({}, passwords, 'dev').state,
    ],
    [
      'a state by another password',
      (begin: ReturnType<typeof startCallback>['begin']) => begin({}, [strangersPassword]).state,
    ],
  ])('exchanges nothing with %s, and clears no cookie', async (_, makeState) => {
    const { ask, begin, exchanged } = startCallback();
    const login = begin();
    const answer = await ask(`?code=c&state=${makeState(begin)}`, [login.pair]);
    expect(answer).toMatchObject({ ...refusal('state_mismatch'), cookies: [] });
    expect(exchanged).toStrictEqual([]);
  });

  it('exchanges nothing when state or code is there twice', async () => {
    const { ask, begin, exchanged } = startCallback();
    const login = begin();
    expect(await ask(`?code=c&state=${login.state}&state=${login.state}`, [login.pair])).toMatchObject(
      refusal('state_mismatch'),
    );
    expect((await ask(`?code=c&code=d&state=${login.state}`, [login.pair])).status).toBe(400);
    expect(exchanged).toStrictEqual([]);
  });

  it('exchanges nothing of a login that took more than ten minutes', async () => {
    const { ask, begin, clock, exchanged } = startCallback();
    const login = begin();
    clock.advanceSeconds(601);
    const late = { ...refusal('login_expired'), cookies: [login.cleared] };
    expect(await ask(`?code=c&state=${login.state}`, [login.pair])).toMatchObject(late);
    expect(await ask(`?code=c&state=${login.state}`)).toMatchObject(late);
    expect(exchanged).toStrictEqual([]);
  });

  it('still exchanges the code of one that took ten', async () => {
    const { ask, begin, clock } = startCallback();
    const login = begin();
    clock.advanceSeconds(600);
    expect((await ask(`?code=c&state=${login.state}`, [login.pair])).location).toBe('/welcome');
  });

  it('says that a login expired which gave way to five newer ones', async () => {
    const { ask, begin, clock } = startCallback();
    const evicted = begin();
    clock.advanceSeconds(1);
    const newer = Array.from({ length: 5 }, () => begin().pair);
    expect(await ask(`?code=c&state=${evicted.state}`, newer)).toMatchObject(refusal('login_expired'));
    expect(await ask(`?code=c&state=${evicted.state}`, newer.slice(1))).toMatchObject(refusal('state_mismatch'));
  });

  it('is logged as such', async () => {
    const { ask, begin } = startCallback();
    const { log } = await ask(`?code=c&state=${begin().state}`);
    expect(log.lines[0]).toStrictEqual({
      level: 'warn',
      event: 'callback.unmatched',
      fields: { requestId, code: 'state_mismatch' },
    });
  });
});
