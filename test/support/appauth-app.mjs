/**
 * An app that signs in with AppAuth, told nothing but the issuer, its client id and its redirect. JavaScript: AppAuth's types
 * import each other without file endings, as its modules do (see load-appauth-app.ts).
 */
import {
  AuthorizationNotifier,
  AuthorizationRequest,
  AuthorizationRequestHandler,
  AuthorizationResponse,
  AuthorizationServiceConfiguration,
  BaseTokenRequestHandler,
  BasicQueryStringUtils,
  FetchRequestor,
  GRANT_TYPE_AUTHORIZATION_CODE,
  GRANT_TYPE_REFRESH_TOKEN,
  RevokeTokenRequest,
  TokenRequest,
} from '@openid/appauth';
import { NodeCrypto } from '@openid/appauth/built/src/node_support/crypto_utils.js';

export async function signIn({ issuer, clientId, redirectUri, openBrowser }) {
  const requestor = new FetchRequestor();
  const configuration = await AuthorizationServiceConfiguration.fetchFromIssuer(issuer, requestor);
  const { code, codeVerifier } = await authorize(configuration, { clientId, redirectUri, openBrowser });

  const handler = new BaseTokenRequestHandler(requestor);
  const ask = (request) =>
    handler.performTokenRequest(
      configuration,
      new TokenRequest({ client_id: clientId, redirect_uri: redirectUri, ...request }),
    );
  const tokens = await ask({
    grant_type: GRANT_TYPE_AUTHORIZATION_CODE,
    code,
    extras: { code_verifier: codeVerifier },
  });
  return {
    tokens,
    refresh: (refreshToken) => ask({ grant_type: GRANT_TYPE_REFRESH_TOKEN, refresh_token: refreshToken }),
    revoke: (token) =>
      handler.performRevokeTokenRequest(configuration, new RevokeTokenRequest({ token, client_id: clientId })),
  };
}

async function authorize(configuration, { clientId, redirectUri, openBrowser }) {
  const request = new AuthorizationRequest(
    {
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: 'openid offline_access',
      response_type: AuthorizationRequest.RESPONSE_TYPE_CODE,
    },
    new NodeCrypto(),
  );
  await request.setupCodeVerifier();
  const browser = new SystemBrowser(openBrowser);
  const notifier = new AuthorizationNotifier();
  const code = new Promise((resolve, reject) => {
    notifier.setAuthorizationListener((asked, response, error) => {
      if (response?.state === asked.state) resolve(response.code);
      else reject(new Error('the redirect belongs to another request', { cause: error }));
    });
  });
  browser.setAuthorizationNotifier(notifier);
  browser.performAuthorizationRequest(configuration, request);
  await browser.completeAuthorizationRequestIfPossible();
  return { code: await code, codeVerifier: request.internal.code_verifier };
}

class SystemBrowser extends AuthorizationRequestHandler {
  constructor(openBrowser) {
    super(new BasicQueryStringUtils(), new NodeCrypto());
    this.openBrowser = openBrowser;
  }

  performAuthorizationRequest(configuration, request) {
    this.request = request;
    this.redirect = this.openBrowser(this.buildRequestUrl(configuration, request));
  }

  async completeAuthorizationRequest() {
    const { searchParams } = await this.redirect;
    const response = new AuthorizationResponse({ code: searchParams.get('code'), state: searchParams.get('state') });
    return { request: this.request, response, error: null };
  }
}
