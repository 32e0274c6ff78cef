/** The way back from WorkOS to an app that speaks OAuth: RFC 6749 §4.1.2, RFC 9207 §2. */
import { describe, expect, it } from 'vitest';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import { hashTicket } from '../../functions/shared/domain/device-tickets.ts';
import { redirectKey } from '../../functions/shared/domain/native-clients.ts';
import { answerIn, oauthRedirect } from '../support/authorize-under-test.ts';
import { aliceSignedIn, session, startCallback } from '../support/callback-under-test.ts';
import { nativeLogin } from '../support/native-callback.ts';
import { appChallenge, plainClient } from '../support/native-clients.ts';
import { ownOrigin } from '../support/open-redirect-corpus.ts';

const registered = 'http://127.0.0.1/callback';
const oauthLogin = (state: string | undefined = 'app-state') =>
  nativeLogin({
    face: 'oauth',
    redirectKey: redirectKey({ client: plainClient, registered, port: undefined }),
    port: 53_682,
    state,
    dpopThumbprint: undefined,
  });

/** @param more the query that WorkOS comes back with. */
async function comeBack(parts: Parameters<typeof startCallback>[0] = {}, more = 'code=c', login = oauthLogin()) {
  const callback = startCallback(parts);
  const begun = callback.begin(login);
  const answer = await callback.ask(`?${more}&state=${begun.state}`, [begun.pair]);
  return { ...callback, begun, answer, back: answerIn(answer.location) };
}

describe('GET /callback of an app that speaks OAuth', () => {
  it('leads to the app with a code, its state and who says so, and with nothing else', async () => {
    const { answer, back, begun } = await comeBack();
    expect(answer.status).toBe(302);
    expect(back).toStrictEqual({
      to: oauthRedirect,
      says: { code: expect.stringMatching(/^[\w-]{43}$/), state: 'app-state', iss: ownOrigin },
    });
    expect(answer.cookies).toStrictEqual([begun.cleared]);
  });

  it('leaves out a state that the app did not send', async () => {
    const login = oauthLogin();
    const { back } = await comeBack({}, 'code=c', { native: { ...login.native, state: undefined } });
    expect(Object.keys(back.says)).toStrictEqual(['code', 'iss']);
  });

  it('keeps the code as any ticket: by its hash, with client, redirect and challenge', async () => {
    const { back, tickets } = await comeBack();
    expect(tickets.rows.get(hashTicket(back.says['code'] ?? ''))).toMatchObject({
      userId: session.userId,
      clientId: plainClient.id,
      redirectUri: oauthRedirect,
      codeChallenge: appChallenge,
    });
  });

  it.each([
    ['access_denied', { error: 'access_denied' }],
    ['organization_invalid', { error: 'server_error', error_description: 'organization_invalid' }],
    ['sso_required', { error: 'access_denied', error_description: 'sso_required' }],
    ['nonsense', { error: 'server_error', error_description: 'auth_failed' }],
  ])('says that WorkOS came back with %s, in a word that OAuth knows', async (code, said) => {
    const { back, exchanged } = await comeBack({}, `error=${code}&error_description=canary`);
    expect(back).toStrictEqual({ to: oauthRedirect, says: { ...said, state: 'app-state', iss: ownOrigin } });
    expect(exchanged).toStrictEqual([]);
  });

  it('says that WorkOS does not answer', async () => {
    const outcome = new AuthError('temporarily_unavailable', 'for operators', { cause: new Error('upstream') });
    const { back } = await comeBack({ outcome });
    expect(back.says).toStrictEqual({ error: 'temporarily_unavailable', state: 'app-state', iss: ownOrigin });
  });

  it('says that an impersonator may not', async () => {
    const impersonator = { email: 'support@example.com', reason: null };
    const { back } = await comeBack({ outcome: { ...aliceSignedIn, session: { ...session, impersonator } } });
    expect(back.says).toMatchObject({ error: 'access_denied', error_description: 'impersonated' });
  });
});
