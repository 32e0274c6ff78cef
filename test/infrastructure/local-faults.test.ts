/** The fault switches: what their grammar accepts, and which call meets which fault how often. */
import { describe, expect, it } from 'vitest';
import { Faults } from '../../lib/local/faults.ts';

describe('Faults', () => {
  it('lets every call go well when there is no text', () => {
    expect(new Faults().take('workos', 'authenticate')).toBeUndefined();
  });

  it.each([
    ['500', { kind: 'status', status: 500 }],
    ['429', { kind: 'status', status: 429, retryAfterSeconds: 1 }],
    ['html', { kind: 'html' }],
    ['slow:2000', { kind: 'slow', ms: 2000 }],
    ['hang', { kind: 'hang' }],
    ['lost', { kind: 'lost' }],
    ['throttle', { kind: 'throttle' }],
  ])('reads the kind %s', (kind, fault) => {
    expect(new Faults(`workos.authenticate=${kind}`).take('workos', 'authenticate')).toEqual(fault);
  });

  it('counts the times down, then lets calls go well', () => {
    const faults = new Faults('dynamodb.UpdateItem=throttle*2');
    const taken = [1, 2, 3].map(() => faults.take('dynamodb', 'UpdateItem')?.kind);
    expect(taken).toEqual(['throttle', 'throttle', undefined]);
  });

  it('never ends without times', () => {
    const faults = new Faults('kms.Decrypt=500');
    for (let call = 0; call < 100; call += 1) expect(faults.take('kms', 'Decrypt')).toBeDefined();
  });

  it('meets every operation of a target named alone, and no other target', () => {
    const faults = new Faults('workos=hang');
    expect(faults.take('workos', 'jwks')).toEqual({ kind: 'hang' });
    expect(faults.take('workos', 'revoke')).toEqual({ kind: 'hang' });
    expect(faults.take('github', 'token')).toBeUndefined();
  });

  it('meets only the operation that is named', () => {
    const faults = new Faults('workos.jwks=hang');
    expect(faults.take('workos', 'authenticate')).toBeUndefined();
  });

  it('uses rules up in their order', () => {
    const faults = new Faults('workos.authenticate=503*1, workos=lost*1, workos.authenticate=html');
    const taken = [1, 2, 3].map(() => faults.take('workos', 'authenticate')?.kind);
    expect(taken).toEqual(['status', 'lost', 'html']);
  });

  it('replaces its rules by new text and drops them when cleared', () => {
    const faults = new Faults('workos=hang');
    faults.set('sqs.SendMessage=lost');
    expect(faults.take('workos', 'api')).toBeUndefined();
    faults.clear();
    expect(faults.take('sqs', 'SendMessage')).toBeUndefined();
  });

  it.each([
    'workos',
    'workos.authenticate',
    'workos=',
    'workos=200',
    'workos=600',
    'workos=slow',
    'workos=slow:-1',
    'workos=hang*0',
    'workos=hang*1.5',
    'workos=hang*',
    'workos=explode',
    'workos.a.b=hang',
  ])('refuses %s, naming it and the grammar', (part) => {
    expect(() => new Faults(`kms=hang,${part}`)).toThrow(new RegExp(`"${part.replaceAll(/[.*]/g, '\\$&')}".*<target>`));
  });

  it('refuses an unknown target with the list of those there are', () => {
    expect(() => new Faults('constructor=hang')).toThrow(/workos, google, github, dynamodb/);
  });

  it.each([
    ['workos.token', /authorize, authenticate, jwks, logout, revoke, api/],
    ['google.authorize', /auth, token, revoke, userinfo, gmail, calendar/],
    ['github.gmail', /authorize, token, user, repos, check, revoke/],
  ])('refuses %s, which is no operation there, with the list of those there are', (place, list) => {
    expect(() => new Faults(`${place}=hang`)).toThrow(list);
  });

  it('keeps its rules when new text is refused', () => {
    const faults = new Faults('workos=hang');
    expect(() => faults.set('nonsense')).toThrow(/nonsense/);
    expect(faults.take('workos', 'api')).toEqual({ kind: 'hang' });
  });
});
