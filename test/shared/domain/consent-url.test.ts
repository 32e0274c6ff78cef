import { describe, expect, it } from 'vitest';
import type { AuthorizationRequest } from '../../../functions/shared/domain/authorization-request.ts';
import { type ConsentProvider, createConsentUrl } from '../../../functions/shared/domain/consent-url.ts';
import type { ConsentRequest } from '../../../functions/shared/domain/provider.ts';
import { github, gmail } from '../../support/module-keeper-contract.ts';

const consent = {
  state: 'the-state',
  codeChallenge: 'the-challenge',
  loginHint: 'alice@example.com',
  organizationId: 'org_01HACME',
};

function start() {
  const asked: (AuthorizationRequest | ConsentRequest)[] = [];
  const provider = (name: string, own: Pick<ConsentProvider, 'consentParameters' | 'identityScopes'>) => ({
    ...own,
    authorizationUrl(request: ConsentRequest) {
      asked.push(request);
      return Promise.resolve(`at ${name}`);
    },
  });
  const consentUrl = createConsentUrl({
    authorizationUrl(request) {
      asked.push(request);
      return Promise.resolve('at AuthKit');
    },
    providers: {
      google: provider('Google', { consentParameters: { prompt: 'consent' }, identityScopes: ['openid'] }),
      github: provider('GitHub', { consentParameters: {}, identityScopes: [] }),
    },
    publicUrl: 'https://auth.example.com',
  });
  return { asked, consentUrl };
}

describe('createConsentUrl()', () => {
  it('asks AuthKit for the module’s provider, with what that takes to say whose account it is', async () => {
    const { asked, consentUrl } = start();
    expect(await consentUrl(gmail, consent)).toBe('at AuthKit');
    expect(asked).toStrictEqual([
      {
        ...consent,
        provider: 'GoogleOAuth',
        providerScopes: ['openid', 'mail'],
        providerParameters: { prompt: 'consent' },
        connectionId: undefined,
        domainHint: undefined,
        screenHint: undefined,
        invitationToken: undefined,
      },
    ]);
  });

  it('asks AuthKit for GitHub', async () => {
    const { asked, consentUrl } = start();
    await consentUrl(github, consent);
    expect(asked).toMatchObject([{ provider: 'GitHubOAuth', providerScopes: ['repo'], providerParameters: {} }]);
  });

  it('asks the provider itself, which leads back to an address of the module’s own', async () => {
    const { asked, consentUrl } = start();
    expect(await consentUrl({ ...gmail, connectVia: 'direct' }, consent)).toBe('at Google');
    const { state, codeChallenge, loginHint } = consent;
    const redirectUri = 'https://auth.example.com/oauth/gmail/callback';
    expect(asked).toStrictEqual([{ state, codeChallenge, loginHint, redirectUri, scopes: ['mail'] }]);
  });
});
