import { describe, expect, it } from 'vitest';
import {
  type ConnectRequest,
  connectRequestTtlSeconds,
  openConnectRequest,
  sealConnectRequest,
} from '../../../functions/shared/domain/connect-request.ts';
import { olderPassword, password, passwords, strangersPassword } from '../../support/cookie-passwords.ts';

const now = new Date('2026-11-22T10:00:00.250Z');
const after = (ms: number): Date => new Date(now.getTime() + ms);
const stage = 'dev';
const rules = { passwords, stage, now };

const request: ConnectRequest = {
  module: 'gmail',
  userId: 'usr_0123456789abcdef0123456789abcdef',
  sessionId: 'a'.repeat(32),
  clientId: 'gatehouse-native',
  redirectUri: 'http://127.0.0.1:49152/callback',
  state: 'ä state & more',
  issuedAt: now,
};
const box = sealConnectRequest(request, passwords, stage);

describe('openConnectRequest()', () => {
  it('gives back what was asked, for two minutes', () => {
    expect(connectRequestTtlSeconds).toBe(120);
    const opened = { ...request, expiresAt: after(120_000), id: expect.any(String) };
    expect(openConnectRequest(box, 'gmail', rules)).toStrictEqual(opened);
    expect(openConnectRequest(box, 'gmail', { ...rules, now: after(119_999) })).toStrictEqual(opened);
    expect(openConnectRequest(box, 'gmail', { ...rules, now: after(120_000) })).toBeUndefined();
  });

  it('opens it under an older password', () => {
    expect(openConnectRequest(box, 'gmail', { ...rules, passwords: [olderPassword, password] })).toBeDefined();
  });

  it.each([
    ['another module', box, 'github', rules],
    ['another stage', box, 'gmail', { ...rules, stage: 'prod' }],
    ['other passwords', box, 'gmail', { ...rules, passwords: [strangersPassword] as const }],
    ['a box that somebody changed', `${box.slice(0, -2)}AA`, 'gmail', rules],
    ['a box that is cut short', box.slice(0, 60), 'gmail', rules],
    ['no box', '', 'gmail', rules],
    ['any text', 'not%20a box', 'gmail', rules],
  ])('opens nothing for %s', (_, text, module, by) => {
    expect(openConnectRequest(text, module, by)).toBeUndefined();
  });

  it('names each request by an id of its own, the same whenever it is opened', () => {
    const ids = [box, box, sealConnectRequest(request, passwords, stage)].map(
      (each) => openConnectRequest(each, 'gmail', rules)?.id,
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });
});

describe('sealConnectRequest()', () => {
  it('shows nothing of the request, and fits into an address', () => {
    expect(box).toMatch(/^[\w-]+$/);
    const longest = { ...request, state: 's'.repeat(128), redirectUri: `https://${'a'.repeat(200)}.example.com/` };
    expect(sealConnectRequest(longest, passwords, stage).length).toBeLessThan(1_024);
  });
});
