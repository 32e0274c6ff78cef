/** OAuth clients that no one here wrote: given the issuer, the client id and a redirect, they sign in, refresh and revoke. */
import { JwtVerifier } from 'aws-jwt-verify';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import * as openidClient from 'openid-client';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { authorizeInBrowser } from '../support/authorize-in-browser.ts';

import { startGatehouse } from '../support/gatehouse.ts';
import { loadAppAuthApp } from '../support/load-appauth-app.ts';

const { url: issuer } = await startGatehouse();
const clientId = 'gatehouse-native';
const redirectUri = 'yourappscheme://login/success';

const session = v.object({ authenticated: v.literal(true), email: v.string(), sessionId: v.string() });
const readSession = async (answer: Response) => ({
  status: answer.status,
  email: answer.ok ? v.parse(session, await answer.json()).email : undefined,
});
const askWithBearer = (token: string) => fetch(`${issuer}/session`, { headers: { authorization: `Bearer ${token}` } });

const signedIn = { status: 200, email: 'alice@example.com' };
const signedOut = { status: 401, email: undefined };

describe('openid-client', () => {
  const discover = () =>
    openidClient.discovery(new URL(issuer), clientId, undefined, openidClient.None(), {
      algorithm: 'oauth2',
      execute: [openidClient.allowInsecureRequests],
    });

  async function signIn(config: openidClient.Configuration, options?: openidClient.AuthorizationCodeGrantOptions) {
    const pkceCodeVerifier = openidClient.randomPKCECodeVerifier();
    const expectedState = openidClient.randomState();
    const authorization = openidClient.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile offline_access',
      state: expectedState,
      code_challenge: await openidClient.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    const redirect = await authorizeInBrowser(authorization, redirectUri);
    return openidClient.authorizationCodeGrant(
      config,
      redirect,
      { pkceCodeVerifier, expectedState },
      undefined,
      options,
    );
  }

  it('signs in, refreshes and revokes', async () => {
    const config = await discover();
    const tokens = await signIn(config);
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'offline_access' });
    expect(tokens.id_token).toBeUndefined();
    expect(await readSession(await askWithBearer(tokens.access_token))).toEqual(signedIn);

    const refreshed = await openidClient.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
    expect(await readSession(await askWithBearer(refreshed.access_token))).toEqual(signedIn);

    await openidClient.tokenRevocation(config, refreshed.refresh_token ?? '');
    expect(await readSession(await askWithBearer(refreshed.access_token))).toEqual(signedOut);
    await expect(openidClient.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
      status: 400,
    });
  });

  it('binds its tokens to a key of its own (DPoP)', async () => {
    const config = await discover();
    const DPoP = openidClient.getDPoPHandle(config, await openidClient.randomDPoPKeyPair());
    const tokens = await signIn(config, { DPoP });
    expect(tokens.token_type).toBe('dpop');
    const target = new URL(`${issuer}/session`);
    const ask = (token: string) =>
      openidClient.fetchProtectedResource(config, token, target, 'GET', null, undefined, { DPoP });
    expect(await readSession(await ask(tokens.access_token))).toEqual(signedIn);
    expect((await askWithBearer(tokens.access_token)).status).toBe(401);

    const refreshed = await openidClient.refreshTokenGrant(config, tokens.refresh_token ?? '', {}, { DPoP });
    expect(await readSession(await ask(refreshed.access_token))).toEqual(signedIn);
    await expect(openidClient.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_dpop_proof',
    });
  });
});

describe('oauth4webapi', () => {
  const client = { client_id: clientId };
  const http = { [oauth.allowInsecureRequests]: true };

  it('signs in with a key that it named at the start (dpop_jkt), refreshes and revokes', async () => {
    const discovery = await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oauth2', ...http });
    const server = await oauth.processDiscoveryResponse(new URL(issuer), discovery);
    const DPoP = oauth.DPoP({}, await oauth.generateKeyPair('ES256'));
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const authorization = new URL(server.authorization_endpoint ?? '');
    authorization.search = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      dpop_jkt: await DPoP.calculateThumbprint(),
    }).toString();

    const redirect = await authorizeInBrowser(authorization, redirectUri);
    const parameters = oauth.validateAuthResponse(server, client, redirect, state);
    const exchange = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      parameters,
      redirectUri,
      verifier,
      { DPoP, ...http },
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, exchange);
    expect(tokens.token_type).toBe('dpop');

    const ask = (token: string) =>
      oauth.protectedResourceRequest(token, 'GET', new URL(`${issuer}/session`), undefined, undefined, {
        DPoP,
        ...http,
      });
    expect(await readSession(await ask(tokens.access_token))).toEqual(signedIn);

    const refresh = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), tokens.refresh_token ?? '', {
      DPoP,
      ...http,
    });
    const refreshed = await oauth.processRefreshTokenResponse(server, client, refresh);
    expect(await readSession(await ask(refreshed.access_token))).toEqual(signedIn);

    const revocation = await oauth.revocationRequest(server, client, oauth.None(), refreshed.refresh_token ?? '', http);
    await oauth.processRevocationResponse(revocation);
    await expect(ask(refreshed.access_token)).resolves.toMatchObject({ status: 401 });
  });

  it('takes its own way to check a token as RFC 9068 asks', async () => {
    const discovery = await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oauth2', ...http });
    const server = await oauth.processDiscoveryResponse(new URL(issuer), discovery);
    const { accessToken } = (await signInWithAppAuth()).tokens;
    const request = new Request('https://api.example.com/', { headers: { authorization: `Bearer ${accessToken}` } });
    const claims = await oauth.validateJwtAccessToken(server, request, issuer, http);
    expect(claims).toMatchObject({ iss: issuer, client_id: clientId, sub: expect.stringMatching(/^usr_/) });
  });
});

const appAuth = await loadAppAuthApp();
/** Everything that such an app configures. */
const configuration = { issuer, clientId, redirectUri };
const signInWithAppAuth = () =>
  appAuth.signIn({ ...configuration, openBrowser: (url) => authorizeInBrowser(url, redirectUri) });

describe('AppAuth', () => {
  it('signs in, refreshes and revokes', async () => {
    const { tokens, refresh, revoke } = await signInWithAppAuth();
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 3600, scope: 'offline_access' });
    expect(await readSession(await askWithBearer(tokens.accessToken))).toEqual(signedIn);

    const refreshed = await refresh(tokens.refreshToken);
    expect(await readSession(await askWithBearer(refreshed.accessToken))).toEqual(signedIn);

    await revoke(refreshed.refreshToken);
    expect(await readSession(await askWithBearer(refreshed.accessToken))).toEqual(signedOut);
  });
});

describe('a backend that verifies our tokens', () => {
  const metadata = v.object({ issuer: v.string(), jwks_uri: v.string() });

  it('needs nothing but the metadata with jose', async () => {
    const { accessToken } = (await signInWithAppAuth()).tokens;
    const document = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    const { jwks_uri: jwksUri, issuer: stated } = v.parse(metadata, document);
    const { payload } = await jwtVerify(accessToken, createRemoteJWKSet(new URL(jwksUri)), {
      issuer: stated,
      audience: issuer,
      typ: 'at+jwt',
    });
    expect(payload).toMatchObject({ client_id: clientId, roles: ['admin'] });
  });

  it('may use aws-jwt-verify, with the keys handed in', async () => {
    const { accessToken } = (await signInWithAppAuth()).tokens;
    const verifier = JwtVerifier.create({ issuer, audience: issuer, jwksUri: 'https://not.asked.example/jwks.json' });
    verifier.cacheJwks((await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as { keys: [] });
    expect(await verifier.verify(accessToken)).toMatchObject({ client_id: clientId });
  });
});
