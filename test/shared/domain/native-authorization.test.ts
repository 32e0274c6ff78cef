import { describe, expect, it } from 'vitest';
import {
  failureRedirect,
  readNativeRequest,
  requiredNativeParameters,
  returnOf,
  successRedirect,
} from '../../../functions/shared/domain/native-authorization.ts';
import { appChallenge, appThumbprint, askingClient, nativeClients, plainClient } from '../../support/native-clients.ts';
import { foreignRedirects } from '../../support/redirect-corpus.ts';

const rules = { face: 'gatehouse', clients: nativeClients, issuer: 'https://auth.example.com' } as const;
const good = {
  client_id: plainClient.id,
  redirect_uri: 'http://127.0.0.1:53682/callback',
  state: 'app state',
  code_challenge: appChallenge,
  code_challenge_method: 'S256',
  dpop_jkt: appThumbprint,
};
const appReturn = {
  face: 'gatehouse',
  redirectUri: good.redirect_uri,
  issuer: rules.issuer,
  state: good.state,
} as const;

describe('readNativeRequest()', () => {
  it('accepts one that is right, with all that the answer will need', () => {
    const asked = readNativeRequest(good, rules);
    if (asked.outcome !== 'accepted') throw new Error(asked.outcome);
    expect(asked.appReturn).toStrictEqual(appReturn);
    const { face, port, state, codeChallenge, dpopThumbprint } = asked.transaction;
    expect({ face, port, state }).toStrictEqual({ face: 'gatehouse', port: 53_682, state: 'app state' });
    expect({ codeChallenge, dpopThumbprint }).toStrictEqual({
      codeChallenge: appChallenge,
      dpopThumbprint: appThumbprint,
    });
    expect(returnOf(asked.transaction, rules)).toStrictEqual({ client: plainClient, appReturn });
  });

  it('accepts one without a key', () => {
    const asked = readNativeRequest({ ...good, dpop_jkt: undefined }, rules);
    expect(asked).toMatchObject({ outcome: 'accepted', transaction: { dpopThumbprint: undefined } });
  });

  it('names everything that is missing where the way back is', () => {
    expect(readNativeRequest({}, rules)).toStrictEqual({ outcome: 'incomplete', missing: requiredNativeParameters });
    for (const name of ['client_id', 'redirect_uri'] as const) {
      // Empty stands for given twice too.
      for (const value of [undefined, '']) {
        expect(readNativeRequest({ ...good, [name]: value }, rules)).toStrictEqual({
          outcome: 'incomplete',
          missing: [name],
        });
      }
    }
  });

  it('refuses a client that is not registered, whatever else is wrong', () => {
    const refused = { outcome: 'refused', code: 'invalid_client' };
    expect(readNativeRequest({ ...good, client_id: 'stranger' }, rules)).toStrictEqual(refused);
    expect(readNativeRequest({ client_id: 'stranger', redirect_uri: 'x' }, rules)).toStrictEqual(refused);
  });

  it.each(Object.entries(foreignRedirects))('refuses a redirect with %s, whatever else is wrong', (_, uris) => {
    const refused = { outcome: 'refused', code: 'invalid_redirect_uri' };
    for (const redirect_uri of uris) {
      expect(readNativeRequest({ ...good, redirect_uri }, rules)).toStrictEqual(refused);
      expect(readNativeRequest({ client_id: good.client_id, redirect_uri }, rules)).toStrictEqual(refused);
    }
  });

  it.each([
    ['no challenge', { code_challenge: undefined }, ['code_challenge']],
    ['two challenges', { code_challenge: '' }, ['code_challenge']],
    ['a challenge of 42 characters', { code_challenge: appChallenge.slice(1) }, ['code_challenge']],
    ['a challenge of 44', { code_challenge: `${appChallenge}A` }, ['code_challenge']],
    ['a padded challenge', { code_challenge: `${appChallenge.slice(0, 42)}=` }, ['code_challenge']],
    ['a challenge in base64', { code_challenge: appChallenge.replace('-', '+') }, ['code_challenge']],
    // Its last character says more bits than 256.
    ['a challenge that is no hash', { code_challenge: `${appChallenge.slice(0, 42)}N` }, ['code_challenge']],
    ['no method', { code_challenge_method: undefined }, ['code_challenge_method']],
    ['plain', { code_challenge_method: 'plain' }, ['code_challenge_method']],
    ['s256', { code_challenge_method: 's256' }, ['code_challenge_method']],
    ['a key that is none', { dpop_jkt: 'x' }, ['dpop_jkt']],
    ['two keys', { dpop_jkt: '' }, ['dpop_jkt']],
    [
      'neither challenge nor method',
      { code_challenge: undefined, code_challenge_method: undefined },
      ['code_challenge', 'code_challenge_method'],
    ],
  ])('sends the app its state back when there is %s', (_, changes, wrong) => {
    expect(readNativeRequest({ ...good, ...changes }, rules)).toStrictEqual({ outcome: 'failed', appReturn, wrong });
  });

  it.each([
    ['no state', undefined],
    ['two states', ''],
    ['129 bytes', 'x'.repeat(129)],
    ['a line break', 'a\nb'],
    ['129 bytes in fewer letters', `${'é'.repeat(64)}x`],
    ['bytes that were no text', '\uFFFD'],
  ])('sends the app no state back when there is %s', (_, state) => {
    expect(readNativeRequest({ ...good, state }, rules)).toStrictEqual({
      outcome: 'failed',
      appReturn: { ...appReturn, state: undefined },
      wrong: ['state'],
    });
  });

  it.each(['x', '~'.repeat(128), 'é'.repeat(64), '状态🔑', `!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ `])(
    'takes the state %j',
    (state) => {
      expect(readNativeRequest({ ...good, state }, rules)).toMatchObject({ outcome: 'accepted', appReturn: { state } });
    },
  );
});

describe('returnOf()', () => {
  it('leads nowhere once the settings have lost the client', () => {
    const asked = readNativeRequest(good, rules);
    if (asked.outcome !== 'accepted') throw new Error(asked.outcome);
    expect(returnOf(asked.transaction, { clients: [askingClient], issuer: rules.issuer })).toBeUndefined();
  });
});

describe('the answer to an app', () => {
  const granted = { userId: 'usr_1', ticket: 'the-ticket' };

  it('carries ticket, user, state and issuer', () => {
    expect(successRedirect(appReturn, granted)).toBe(
      'http://127.0.0.1:53682/callback?ok=1&uid=usr_1&ticket=the-ticket&state=app%20state&iss=https%3A%2F%2Fauth.example.com',
    );
  });

  it('says why there is none', () => {
    expect(failureRedirect({ ...appReturn, state: undefined }, 'access_denied')).toBe(
      'http://127.0.0.1:53682/callback?ok=0&error=access_denied&iss=https%3A%2F%2Fauth.example.com',
    );
  });

  it('is written in OAuth’s words where the app spoke them (RFC 6749 §4.1.2, RFC 9207)', () => {
    const oauth = { ...appReturn, face: 'oauth' } as const;
    expect(successRedirect(oauth, granted)).toMatch(/\?code=the-ticket&state=app%20state&iss=[^&]+$/);
    expect(failureRedirect(oauth, 'access_denied')).toMatch(/\?error=access_denied&state=app%20state&iss=[^&]+$/);
  });

  it('gives any state back as it came, to every parser of URLs', () => {
    const state = `!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ `;
    const location = successRedirect({ ...appReturn, redirectUri: 'yourappscheme://login/success', state }, granted);
    expect(new URL(location).searchParams.get('state')).toBe(state);
    expect(decodeURIComponent(/&state=([^&]*)/.exec(location)?.[1] ?? '')).toBe(state);
  });
});
