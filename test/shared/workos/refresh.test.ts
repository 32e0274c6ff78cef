import { describe, expect, it } from 'vitest';
import type { WorkosAccount } from '../../../functions/shared/workos/workos-account.ts';
import { refreshTokens } from '../../../functions/shared/workos/refresh.ts';
import type { SealedTokens } from '../../../functions/shared/workos/session-seal.ts';
import { clientId, createTokenIssuer } from '../../support/access-tokens.ts';
import { collectLog } from '../../support/collected-log.ts';
import type { ScriptedAnswer } from '../../support/scripted-server.ts';
import { aliceAtWorkos, apiKey, keepCredentials, startWorkos } from '../../support/scripted-workos.ts';

const issuer = await createTokenIssuer();
const tokens: SealedTokens = {
  accessToken: 'the.old.token',
  refreshToken: 'refresh_1',
  user: { id: aliceAtWorkos.id, email: 'old@example.com', firstName: 'Old', lastName: 'Name' },
  organizationId: 'org_1',
  authenticationMethod: 'GoogleOAuth',
  impersonator: { email: 'support@example.com', reason: 'ticket 7' },
};
const client = { ipAddress: '192.0.2.7', userAgent: 'Mozilla/5.0 (test)' };

const renewed: ScriptedAnswer = {
  body: { user: aliceAtWorkos, access_token: 'the.new.token', refresh_token: 'refresh_2', organization_id: 'org_1' },
};
const refused = (error: string): ScriptedAnswer => ({ status: 400, body: { error, error_description: 'no' } });
const unauthorized: ScriptedAnswer = { status: 401, body: { message: 'Unauthorized' } };

const refresh = async (account: WorkosAccount, organizationId: string | undefined = 'org_1') => {
  const log = collectLog();
  return { refreshed: await refreshTokens(account, { tokens, organizationId, client, log }), log };
};

describe('refreshTokens()', () => {
  it('asks WorkOS with the refresh token, for the same organization, and says who asks', async () => {
    const { account, asked } = await startWorkos(issuer, () => renewed);
    await refresh(account);
    expect(asked).toStrictEqual([
      {
        grant_type: 'refresh_token',
        client_id: clientId,
        client_secret: apiKey,
        refresh_token: 'refresh_1',
        organization_id: 'org_1',
        ip_address: '192.0.2.7',
        user_agent: 'Mozilla/5.0 (test)',
      },
    ]);
  });

  it('names neither organization nor browser where it knows none', async () => {
    const { account, asked } = await startWorkos(issuer, () => renewed);
    const anonymous = { ipAddress: '192.0.2.7', userAgent: undefined };
    await refreshTokens(account, { tokens, organizationId: undefined, client: anonymous, log: collectLog() });
    expect(asked[0]?.['organization_id']).toBeUndefined();
    expect(asked[0]?.['user_agent']).toBeUndefined();
  });

  it('gives the new tokens and the user as they are now, and keeps what a refresh does not repeat', async () => {
    const { account } = await startWorkos(issuer, () => renewed);
    const { refreshed } = await refresh(account);
    expect(refreshed).toMatchObject({
      accessToken: 'the.new.token',
      refreshToken: 'refresh_2',
      user: { id: aliceAtWorkos.id, email: 'alice@example.com', firstName: 'Alice', lastName: 'Archer' },
      organizationId: 'org_1',
      authenticationMethod: 'GoogleOAuth',
      impersonator: { email: 'support@example.com', reason: 'ticket 7' },
    });
  });

  it('takes over what a refresh does repeat', async () => {
    const impersonator = { email: 'other@example.com', reason: null };
    const body = { ...(renewed.body as object), authentication_method: 'Passkey', impersonator };
    const { account } = await startWorkos(issuer, () => ({ body }));
    expect((await refresh(account)).refreshed).toMatchObject({ authenticationMethod: 'Passkey', impersonator });
  });

  it.each(['invalid_grant', 'mfa_enrollment', 'sso_required'])('ends the session on %s, and logs it', async (error) => {
    const { account, asked } = await startWorkos(issuer, () => refused(error));
    const { refreshed, log } = await refresh(account);
    expect(refreshed).toBeUndefined();
    expect(log.lines).toMatchObject([{ level: 'warn', event: 'session.ended_by_workos', cause: expect.any(Error) }]);
    expect(asked).toHaveLength(1);
  });

  it('ends the session when the user has to choose an organization', async () => {
    const body = { code: 'organization_selection_required', message: 'Choose.', organizations: [] };
    const { account } = await startWorkos(issuer, () => ({ status: 403, body }));
    expect((await refresh(account)).refreshed).toBeUndefined();
  });

  it.each<[string, ScriptedAnswer | 'drop', number | undefined]>([
    ['429', { status: 429, headers: { 'retry-after': '7' }, body: { message: 'slow down' } }, 7],
    ['500', { status: 500, body: { message: 'no' } }, undefined],
    ['502 with a page', { status: 502, body: '<h1>Bad Gateway</h1>' }, undefined],
    ['200 with a page', { body: '<h1>Hello</h1>' }, undefined],
    ['a dropped connection', 'drop', undefined],
    ['403', { status: 403, body: { message: 'Forbidden' } }, undefined],
    ['404', { status: 404, body: { message: 'Not found' } }, undefined],
    ['422', { status: 422, body: { message: 'no', errors: [] } }, undefined],
    ['400 invalid_request', refused('invalid_request'), undefined],
  ])('keeps the session on %s', async (_, answer, retryAfterSeconds) => {
    const { account } = await startWorkos(issuer, () => answer);
    await expect(refresh(account)).rejects.toMatchObject({ code: 'temporarily_unavailable', retryAfterSeconds });
  });

  it('goes on without an organization that the user has left', async () => {
    const { account, asked } = await startWorkos(issuer, (body) =>
      body['organization_id'] === undefined ? renewed : refused('organization_membership_not_found'),
    );
    expect((await refresh(account)).refreshed).toMatchObject({ refreshToken: 'refresh_2' });
    expect(asked.map((body) => body['organization_id'])).toStrictEqual(['org_1', undefined]);
  });

  it('ends the session when WorkOS will not go on without one either', async () => {
    const { account, asked } = await startWorkos(issuer, () => refused('organization_membership_not_found'));
    expect((await refresh(account)).refreshed).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  it('tries once more with an API key that was replaced meanwhile', async () => {
    const credentials = keepCredentials({ apiKey: 'sk_test_2', clientId });
    const authenticate = (body: Readonly<Record<string, unknown>>) =>
      body['client_secret'] === 'sk_test_2' ? renewed : unauthorized;
    const { account, asked } = await startWorkos(issuer, authenticate, { credentials });
    expect((await refresh(account)).refreshed).toMatchObject({ refreshToken: 'refresh_2' });
    expect(asked.map((body) => body['client_secret'])).toStrictEqual([apiKey, 'sk_test_2']);
  });

  it('tries no third time', async () => {
    const credentials = keepCredentials({ apiKey: 'sk_test_2', clientId }, { apiKey: 'sk_test_3', clientId });
    const { account, asked } = await startWorkos(issuer, () => unauthorized, { credentials });
    await expect(refresh(account)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['401', unauthorized],
    ['invalid_client', refused('invalid_client')],
  ])('keeps the session when WorkOS refuses the only credentials there are: %s', async (_, answer) => {
    const { account, asked } = await startWorkos(issuer, () => answer);
    await expect(refresh(account)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(asked).toHaveLength(1);
  });
});
