import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { createWorkosAccount } from '../../../functions/shared/workos/workos-account.ts';
import { clientId, createTokenIssuer, issuedAt } from '../../support/access-tokens.ts';
import { holdClock } from '../../support/held-clock.ts';
import { apiKey, keepCredentials, startWorkos } from '../../support/scripted-workos.ts';

const issuer = await createTokenIssuer();
const noAnswer = () => ({ status: 500, body: {} });

describe('createWorkosAccount()', () => {
  it("verifies with the keys of this account's client", async () => {
    const { account } = await startWorkos(issuer, noAnswer);
    const { payload } = await jwtVerify(await issuer.sign(), account.keys, { currentDate: issuedAt });
    expect(payload['sid']).toBe('session_01HALICE');
  });

  it('has an SDK for its credentials and address, and keeps it', async () => {
    const { account, url } = await startWorkos(issuer, noAnswer);
    const sdk = await account.sdk();
    expect(sdk).toMatchObject({ key: apiKey, baseURL: url });
    expect(await account.sdk()).toBe(sdk);
    expect(await account.clientId()).toBe(clientId);
  });

  it('has another SDK once the API key is another', async () => {
    const { account } = await startWorkos(issuer, noAnswer, {
      credentials: keepCredentials({ apiKey: 'sk_test_2', clientId }),
    });
    const before = await account.sdk();
    expect(await account.hasNewCredentials()).toBe(true);
    expect(await account.sdk()).not.toBe(before);
    expect(await account.sdk()).toMatchObject({ key: 'sk_test_2' });
    expect(await account.hasNewCredentials()).toBe(false);
  });

  it('knows no new credentials while the secret holds the same', async () => {
    const { account } = await startWorkos(issuer, noAnswer, { credentials: keepCredentials({ apiKey, clientId }) });
    expect(await account.hasNewCredentials()).toBe(false);
  });

  it("knows the issuers of its environment, or the one of the stage's settings", async () => {
    const credentials = keepCredentials();
    const apiUrl = 'https://api.workos.test';
    const clock = holdClock();
    const fetch = () => Promise.reject(new Error('nobody there'));
    const account = createWorkosAccount({ apiUrl, credentials, clock, fetch });
    expect(await account.issuers()).toContain(`${apiUrl}/user_management/${clientId}`);
    const issuedElsewhere = createWorkosAccount({
      apiUrl,
      credentials,
      clock,
      fetch,
      issuer: 'https://id.example.com',
    });
    expect(await issuedElsewhere.issuers()).toStrictEqual(['https://id.example.com']);
  });

  it('talks to WorkOS over https at its usual port', async () => {
    const account = createWorkosAccount({
      apiUrl: 'https://api.workos.com',
      credentials: keepCredentials(),
      clock: holdClock(),
      fetch: () => Promise.reject(new Error('nobody there')),
    });
    expect((await account.sdk()).baseURL).toBe('https://api.workos.com');
  });
});
