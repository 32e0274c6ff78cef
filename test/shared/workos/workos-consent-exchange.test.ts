import { describe, expect, it } from 'vitest';
import { createWorkosConsentExchange } from '../../../functions/shared/workos/workos-consent-exchange.ts';
import { aliceClaims, createTokenIssuer } from '../../support/access-tokens.ts';
import type { ScriptedAnswer } from '../../support/scripted-server.ts';
import { aliceAtWorkos, startWorkos } from '../../support/scripted-workos.ts';

const issuer = await createTokenIssuer();
const accessToken = await issuer.sign({});
const oauthTokens = {
  provider: 'GoogleOAuth',
  access_token: 'ya29.access',
  refresh_token: '1//refresh',
  expires_at: 1_735_141_800,
  scopes: ['openid', 'mail'],
};

async function exchange(oauth?: object, more: object = {}) {
  const answer: ScriptedAnswer = {
    body: {
      user: aliceAtWorkos,
      access_token: accessToken,
      refresh_token: 'refresh_1',
      authentication_method: 'GoogleOAuth',
      ...(oauth && { oauth_tokens: oauth }),
      ...more,
    },
  };
  const { account, asked } = await startWorkos(issuer, () => answer);
  const client = { ipAddress: '192.0.2.7', userAgent: undefined };
  const exchanged = await createWorkosConsentExchange(account).exchange('the-code', 'v'.repeat(43), client);
  return { exchanged, asked };
}

describe('createWorkosConsentExchange()', () => {
  it('sends code and verifier, and says who signed in, in which session, and with what', async () => {
    const { exchanged, asked } = await exchange(oauthTokens);
    expect(asked).toMatchObject([{ code: 'the-code', code_verifier: 'v'.repeat(43), ip_address: '192.0.2.7' }]);
    expect(exchanged).toStrictEqual({
      workosUserId: aliceClaims.sub,
      workosSessionId: aliceClaims.sid,
      authMethod: 'GoogleOAuth',
      grant: {
        tokens: {
          accessToken: 'ya29.access',
          refreshToken: '1//refresh',
          accessTokenExpiresAt: new Date('2024-12-25T15:50:00Z'),
        },
        scopes: ['openid', 'mail'],
      },
    });
  });

  it.each([
    ['absent', {}],
    ['empty', { refresh_token: '', expires_at: 0 }],
    ['null', { refresh_token: null, expires_at: null, scopes: null }],
  ])('takes what is %s for what is not there, and scopes for none', async (_, given) => {
    const { exchanged } = await exchange({ provider: 'GitHubOAuth', access_token: 'gho_access', ...given });
    expect(exchanged.grant).toStrictEqual({ tokens: { accessToken: 'gho_access' }, scopes: [] });
  });

  it('says so when WorkOS hands on no tokens', async () => {
    expect((await exchange()).exchanged.grant).toBeUndefined();
  });

  it('believes no answer whose user and access token differ', async () => {
    const other = { user: { ...aliceAtWorkos, id: 'user_01HBOB' } };
    await expect(exchange(oauthTokens, other)).rejects.toMatchObject({ code: 'auth_failed' });
  });
});
