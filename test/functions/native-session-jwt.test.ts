/** The endpoint of `POST /native/session/jwt` as a function of its dependencies; over HTTP it is in test/flows/native-session.test.ts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { nativeSessionJwt } from '../../functions/native-session-jwt/native-session-jwt.ts';
import { hashTicket, newTicket } from '../../functions/shared/domain/device-tickets.ts';
import { jsonError } from '../../functions/shared/http/errors.ts';
import { createDpopVerifier } from '../../functions/shared/jwt/dpop-proof.ts';
import { askEndpoint, type EndpointAnswer } from '../support/ask-endpoint.ts';
import { wholeConnectTicket } from '../support/device-tickets-contract.ts';
import { createDpopKey } from '../support/dpop-key.ts';
import { createMemoryOnce } from '../support/memory-once.ts';
import {
  type NativeGrantsUnderTest,
  type Proof,
  publicUrl,
  startNativeGrants,
  userId,
} from '../support/native-grants-under-test.ts';

let grants: NativeGrantsUnderTest;
beforeEach(async () => {
  grants = await startNativeGrants();
});

const path = '/native/session/jwt';
const key = await createDpopKey();
const strangersKey = await createDpopKey();

function ask(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<EndpointAnswer> {
  const endpoint = nativeSessionJwt({
    ...grants.parts,
    dpop: createDpopVerifier({ once: createMemoryOnce() }),
    settings: { publicUrl },
  });
  return askEndpoint(endpoint, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    errors: jsonError,
  });
}

const redemptionOf = (deviceProof: Proof) => ({ uid: userId, deviceProof });
const codeOf = ({ body }: EndpointAnswer): unknown => (JSON.parse(body) as Record<string, unknown>)['error'];

function prove(by = key, url = publicUrl + path): Promise<string> {
  const iat = Math.floor(grants.clock().getTime() / 1000);
  return by.prove({ method: 'POST', url, claims: { iat } });
}

describe('POST /native/session/jwt', () => {
  it('answers tokens, to be kept by no cache', async () => {
    const { status, body, headers } = await ask(redemptionOf(await grants.login()));
    expect(status).toBe(200);
    expect(JSON.parse(body)).toStrictEqual({
      token: expect.any(String),
      tokenType: 'Bearer',
      expiresIn: 3600,
      refreshToken: expect.any(String),
      refreshExpiresIn: 60 * 86_400,
      sessionId: expect.any(String),
    });
    expect(headers['cache-control']).toBe('private, no-store');
  });

  it.each([
    ['another verifier', (proof: Proof) => redemptionOf({ ...proof, verifier: 'w'.repeat(43) })],
    ['no verifier at all', (proof: Proof) => redemptionOf({ ...proof, verifier: '' })],
    ['another uid', (proof: Proof) => ({ ...redemptionOf(proof), uid: 'usr_bob' })],
    ['another ticket', (proof: Proof) => redemptionOf({ ...proof, ticket: 'A'.repeat(43) })],
    ['no ticket at all', (proof: Proof) => redemptionOf({ ...proof, ticket: '' })],
  ])('answers %s with one and the same 401', async (_, toBody) => {
    const { status, body } = await ask(toBody(await grants.login()));
    expect(status).toBe(401);
    expect(JSON.parse(body)).toStrictEqual({
      error: 'invalid_device_proof',
      error_description: 'Ticket, verifier, uid or key do not belong together. Sign in again.',
      request_id: expect.any(String),
    });
  });

  it('answers the ticket of a consent with the same 401, and the ticket is gone', async () => {
    const ticket = newTicket();
    const expiresAt = new Date(grants.clock().getTime() + 120_000);
    await grants.parts.tickets.put(hashTicket(ticket), { ...wholeConnectTicket, userId, expiresAt });
    const answer = await ask(redemptionOf({ ticket, verifier: 'v'.repeat(43) }));
    expect([answer.status, codeOf(answer)]).toStrictEqual([401, 'invalid_device_proof']);
    expect(await grants.parts.tickets.take(hashTicket(ticket))).toBeUndefined();
    expect(grants.sessionRows.size).toBe(0);
  });

  it('tells operators alone which it was, without the proof', async () => {
    const proof = await grants.login();
    const { log } = await ask(redemptionOf({ ...proof, verifier: 'w'.repeat(43) }));
    const line = log.lines.find(({ event }) => event === 'request.failed');
    expect(line).toMatchObject({ level: 'warn', cause: { message: 'the ticket was not redeemed: wrong_verifier' } });
    expect(JSON.stringify(log.lines)).not.toContain(proof.ticket);
  });

  const mistakes: [string, string, (proof: Proof) => unknown][] = [
    ['missing_uid', 'no uid', ({ ticket, verifier }) => ({ deviceProof: { ticket, verifier } })],
    ['missing_uid', 'an empty uid', (proof) => ({ ...redemptionOf(proof), uid: '' })],
    ['missing_uid', 'a uid of null', (proof) => ({ ...redemptionOf(proof), uid: null })],
    ['invalid_request', 'a uid that is no text', (proof) => ({ ...redemptionOf(proof), uid: 7 })],
    ['invalid_request', 'no proof', () => ({ uid: userId })],
    ['invalid_request', 'no ticket', ({ verifier }) => ({ uid: userId, deviceProof: { verifier } })],
    ['invalid_request', 'no verifier', ({ ticket }) => ({ uid: userId, deviceProof: { ticket } })],
    ['invalid_request', 'a verifier in a list', (proof) => redemptionOf({ ...proof, verifier: [] as never })],
    ['invalid_request', 'no JSON', () => '{'],
    ['invalid_request', 'null', () => 'null'],
  ];
  it.each(mistakes)('answers 400 %s to %s, and the ticket is kept', async (code, _, toBody) => {
    const proof = await grants.login();
    const answer = await ask(toBody(proof));
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 400, code });
    expect(grants.reads.tickets).toBe(0);
    expect((await ask(redemptionOf(proof))).status).toBe(200);
  });

  it('answers 415 to a form, which a page of another site could send, and the ticket is kept', async () => {
    const answer = await ask('uid=x', { 'content-type': 'application/x-www-form-urlencoded' });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 415, code: 'unsupported_media_type' });
    expect(grants.reads.tickets).toBe(0);
  });

  it('answers 404 when the proof is right and the user gone', async () => {
    const proof = await grants.login();
    grants.users.setStatus(userId, 'disabled');
    const answer = await ask(redemptionOf(proof));
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 404, code: 'no_jwt' });
  });

  it('answers 503 with Retry-After when a table does not', async () => {
    const proof = await grants.login();
    grants.keys.isAway = true;
    const answer = await ask(redemptionOf(proof));
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  });

  it('binds the tokens of a login that named a key to it', async () => {
    const proof = await grants.login({ dpopThumbprint: key.thumbprint });
    const { status, body } = await ask(redemptionOf(proof), { dpop: await prove() });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ tokenType: 'DPoP' });
  });

  it.each([
    ['a proof by another key', () => prove(strangersKey)],
    ['no proof', () => undefined],
  ])('answers 401 to %s, and the ticket is gone', async (_, toProof) => {
    const proof = await grants.login({ dpopThumbprint: key.thumbprint });
    const dpop = await toProof();
    const answer = await ask(redemptionOf(proof), dpop === undefined ? {} : { dpop });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 401, code: 'invalid_device_proof' });
    expect((await ask(redemptionOf(proof), { dpop: await prove() })).status).toBe(401);
  });

  it.each([
    ['for another URL', () => prove(key, `${publicUrl}/native/session/refresh`)],
    ['that is none', () => Promise.resolve('junk')],
    ['that is empty', () => Promise.resolve('')],
    ['that came twice', async () => `${await prove()},${await prove()}`],
  ])('answers 400 to a proof %s, bound or not, and the ticket is kept', async (_, toProof) => {
    for (const dpopThumbprint of [key.thumbprint, undefined]) {
      const proof = await grants.login({ dpopThumbprint });
      const answer = await ask(redemptionOf(proof), { dpop: await toProof() });
      expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 400, code: 'invalid_dpop_proof' });
      expect((await ask(redemptionOf(proof), { dpop: await prove() })).status).toBe(200);
    }
  });
});
