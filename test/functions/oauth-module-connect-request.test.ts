/** The endpoint as a function of its dependencies; over HTTP it is in test/flows/native-connect.test.ts. */
import { describe, expect, it } from 'vitest';
import { oauthModuleConnectRequest } from '../../functions/oauth-module-connect-request/oauth-module-connect-request.ts';
import { openConnectRequest } from '../../functions/shared/domain/connect-request.ts';
import type { Session } from '../../functions/shared/domain/web-sessions.ts';
import { oauthJsonError } from '../../functions/shared/http/oauth-error.ts';
import { askEndpoint, type EndpointAnswer } from '../support/ask-endpoint.ts';
import { passwords } from '../support/cookie-passwords.ts';
import { holdClock } from '../support/held-clock.ts';
import { aliceSession } from '../support/memory-web-sessions.ts';
import { askingClient, nativeClients, plainClient } from '../support/native-clients.ts';

const clock = holdClock();
const publicUrl = 'https://auth.example.com';
const stage = 'test';
const appSession: Session = { ...aliceSession, kind: 'native', clientId: plainClient.id };
const body = { redirect_uri: 'yourappscheme://login/success', state: 'app-state' };

interface Asking {
  readonly session?: Session;
  readonly module?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly clients?: typeof nativeClients;
}

function ask(
  sent: unknown,
  { session = appSession, module = 'gmail', headers = {}, clients = nativeClients }: Asking = {},
) {
  const settings = { stage, publicUrl, nativeClients: clients, modules: ['gmail', 'github'] };
  const endpoint = oauthModuleConnectRequest({ passwords: () => Promise.resolve(passwords), clock, settings });
  return askEndpoint((request, exchange) => endpoint(request, session, exchange), `/oauth/${module}/connect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(sent),
    errors: oauthJsonError,
  });
}

const answerOf = ({ status, body: text }: EndpointAnswer) => [status, (JSON.parse(text) as { error?: string }).error];

describe('POST /oauth/{module}/connect', () => {
  it('answers an address of ours that holds the request, sealed', async () => {
    const { status, body: text, headers, cookies } = await ask(body);
    expect(status).toBe(201);
    const answer = JSON.parse(text) as { url: string; expiresIn: number };
    expect(answer).toStrictEqual({ url: expect.any(String), expiresIn: 120 });
    expect(headers['cache-control']).toBe('private, no-store');
    expect(cookies).toStrictEqual([]);

    const { origin, pathname, searchParams } = new URL(answer.url);
    expect([origin, pathname, [...searchParams.keys()]]).toStrictEqual([
      publicUrl,
      '/oauth/gmail/connect',
      ['request'],
    ]);
    const opened = openConnectRequest(searchParams.get('request') ?? '', 'gmail', { passwords, stage, now: clock() });
    expect(opened).toMatchObject({
      userId: appSession.userId,
      sessionId: appSession.sessionId,
      clientId: plainClient.id,
      redirectUri: body.redirect_uri,
      state: body.state,
      issuedAt: clock(),
    });
  });

  it('takes a loopback redirect on any port, and a state of 128 bytes', async () => {
    expect((await ask({ redirect_uri: 'http://127.0.0.1:49152/callback', state: 'ä'.repeat(64) })).status).toBe(201);
  });

  it.each([
    [400, 'invalid_redirect_uri', 'another client’s redirect', { ...body, redirect_uri: askingClient.redirectUris[0] }],
    [400, 'invalid_redirect_uri', 'a redirect that is like one', { ...body, redirect_uri: `${body.redirect_uri}/` }],
    [400, 'invalid_request', 'no redirect', { state: 'app-state' }],
    [400, 'invalid_request', 'no state', { redirect_uri: body.redirect_uri }],
    [400, 'invalid_request', 'an empty state', { ...body, state: '' }],
    [400, 'invalid_request', 'a state of 129 bytes', { ...body, state: 'x'.repeat(129) }],
    [400, 'invalid_request', 'a state with a line break', { ...body, state: 'a\nb' }],
    [400, 'invalid_request', 'a list', []],
  ])('answers %d %s to %s', async (status, code, _, sent) => {
    expect(answerOf(await ask(sent))).toStrictEqual([status, code]);
  });

  it.each<[number, string, string, Asking]>([
    [404, 'not_found', 'a module that is not switched on', { module: 'google-calendar' }],
    [404, 'not_found', 'a module by another case', { module: 'Gmail' }],
    [400, 'invalid_client', 'a client that the settings no longer have', { clients: [askingClient] }],
    [400, 'invalid_request', 'a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    [
      403,
      'impersonated',
      'an impersonator',
      { session: { ...appSession, impersonator: { email: 'support@example.com', reason: null } } },
    ],
  ])('answers %d %s to %s', async (status, code, _, asking) => {
    expect(answerOf(await ask(body, asking))).toStrictEqual([status, code]);
  });

  it('logs who asked for what, and nothing that opens anything', async () => {
    const { log, body: text } = await ask(body);
    const { userId, sessionId } = appSession;
    const asked = { module: 'gmail', userId, sessionId, clientId: plainClient.id };
    expect(log.fieldsOf('connect.requested')).toStrictEqual([expect.objectContaining(asked)]);
    const box = new URL((JSON.parse(text) as { url: string }).url).searchParams.get('request') ?? '-';
    expect(JSON.stringify(log.lines)).not.toContain(box);
  });
});
