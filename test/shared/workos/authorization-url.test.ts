/** Ours beside the SDK's, parameter by parameter. */
import { WorkOS } from '@workos-inc/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuthorizationRequest } from '../../../functions/shared/domain/authorization-request.ts';
import { loginProviders } from '../../../functions/shared/domain/login-transaction.ts';
import { createAuthorizationUrl } from '../../../functions/shared/workos/authorization-url.ts';
import { anyText } from '../../support/any-text.ts';

const redirectUri = 'https://auth.example.com/callback';
const { userManagement } = new WorkOS({ apiKey: 'sk_test', clientId: 'client_1' });
const authorizationUrl = createAuthorizationUrl({
  apiUrl: 'https://api.workos.com',
  clientId: () => Promise.resolve('client_1'),
  redirectUri,
});

/** The SDK leaves out what is empty. */
const hint = fc.option(
  anyText(40).filter((text) => text !== ''),
  { nil: undefined },
);
const hints = { organizationId: hint, loginHint: hint, domainHint: hint, invitationToken: hint };
const flow = { state: fc.base64String(), codeChallenge: fc.string({ minLength: 43, maxLength: 43 }) };
const byProvider = fc.record({
  ...flow,
  ...hints,
  provider: fc.constantFrom(...loginProviders.filter((provider) => provider !== 'connection')),
  connectionId: fc.constant(undefined),
  screenHint: fc.constant(undefined),
});
const byAuthkitScreen = fc.record({
  ...flow,
  ...hints,
  provider: fc.constant('authkit' as const),
  connectionId: fc.constant(undefined),
  screenHint: fc.constantFrom('sign-in' as const, 'sign-up' as const),
});
const byConnection = fc.record({
  ...flow,
  ...hints,
  provider: fc.constant('connection' as const),
  connectionId: anyText(40).filter((text) => text !== ''),
  screenHint: fc.constant(undefined),
});

/** As a consent to a module asks. */
const byProviderWithScopes = fc.record({
  ...flow,
  ...hints,
  provider: fc.constantFrom('GoogleOAuth' as const, 'GitHubOAuth' as const),
  connectionId: fc.constant(undefined),
  screenHint: fc.constant(undefined),
  providerScopes: fc.array(anyText(40), { minLength: 1 }),
  providerParameters: fc.dictionary(fc.stringMatching(/^[a-z_]{1,20}$/), anyText(20)),
});

const partsOf = (url: string) => {
  const { origin, pathname, hash, searchParams } = new URL(url);
  return { origin, pathname, hash, parameters: [...searchParams].toSorted(([a], [b]) => (a < b ? -1 : 1)) };
};

/** The request in the SDK's words, without what is not asked for. */
function sdkUrl({ provider, providerParameters, ...request }: AuthorizationRequest): string {
  const options = {
    ...request,
    providerScopes: request.providerScopes && [...request.providerScopes],
    providerQueryParams: providerParameters,
    redirectUri,
    codeChallengeMethod: 'S256',
  };
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return userManagement.getAuthorizationUrl({
    ...(given as unknown as typeof options & { screenHint: never }),
    ...(request.connectionId === undefined && { provider }),
  } as Parameters<typeof userManagement.getAuthorizationUrl>[0]);
}

describe('createAuthorizationUrl()', () => {
  it("makes the SDK's URL, whatever is asked for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(byProvider, byProviderWithScopes, byAuthkitScreen, byConnection), async (request) => {
        expect(partsOf(await authorizationUrl(request))).toStrictEqual(partsOf(sdkUrl(request)));
      }),
    );
  });

  it('asks for a code, with PKCE by S256 and the state, at the address it is given', async () => {
    const url = await createAuthorizationUrl({
      apiUrl: 'http://localhost:4000',
      clientId: () => Promise.resolve('client_local'),
      redirectUri: 'http://localhost:3000/callback',
    })({
      state: 'the-state',
      codeChallenge: 'the-challenge',
      provider: 'authkit',
      connectionId: undefined,
      organizationId: undefined,
      loginHint: undefined,
      domainHint: undefined,
      screenHint: undefined,
      invitationToken: undefined,
    });
    const { origin, pathname, parameters } = partsOf(url);
    expect(origin + pathname).toBe('http://localhost:4000/user_management/authorize');
    expect(Object.fromEntries(parameters)).toStrictEqual({
      client_id: 'client_local',
      redirect_uri: 'http://localhost:3000/callback',
      response_type: 'code',
      state: 'the-state',
      code_challenge: 'the-challenge',
      code_challenge_method: 'S256',
      provider: 'authkit',
    });
  });
});
