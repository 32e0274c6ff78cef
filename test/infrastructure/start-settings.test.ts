/** The environment variables of `npm start`. */
import { describe, expect, it } from 'vitest';
import {
  isRealProvider,
  readStartSettings,
  realWorkosKeys,
  StartSettingsError,
} from '../../lib/local/start-settings.ts';

describe('readStartSettings()', () => {
  it('has defaults', () => {
    expect(readStartSettings({})).toEqual({ port: 3000, accessTokenSeconds: 300, faults: '' });
  });

  it('takes what it is given', () => {
    expect(
      readStartSettings({ PORT: '8080', LOCAL_ACCESS_TOKEN_SECONDS: '2', LOCAL_FAULTS: 'workos.jwks=hang*1' }),
    ).toEqual({ port: 8080, accessTokenSeconds: 2, faults: 'workos.jwks=hang*1' });
  });

  it.each([
    ['PORT', 'http', 'PORT=http: must be a whole number from 0 to 65535.'],
    ['PORT', '65536', 'PORT=65536'],
    ['PORT', '', 'PORT='],
    ['LOCAL_ACCESS_TOKEN_SECONDS', '0', 'LOCAL_ACCESS_TOKEN_SECONDS=0: must be a whole number from 1 to 86400.'],
    ['LOCAL_ACCESS_TOKEN_SECONDS', '2s', 'LOCAL_ACCESS_TOKEN_SECONDS=2s'],
    ['LOCAL_FAULTS', 'workos=explode', 'LOCAL_FAULTS: "workos=explode"'],
    ['WORKOS_API_KEY', 'sk_test_1', 'WORKOS_API_KEY and WORKOS_CLIENT_ID belong together'],
    ['WORKOS_COOKIE_PASSWORD', 'too short', 'WORKOS_COOKIE_PASSWORD needs at least 32 characters'],
    ['WORKOS_COOKIE_PASSWORD', '["too short"]', 'WORKOS_COOKIE_PASSWORD needs at least 32 characters'],
    ['WORKOS_CLIENT_ID', 'client_1', 'WORKOS_API_KEY and WORKOS_CLIENT_ID belong together'],
    ['GOOGLE_CLIENT_ID', 'g', 'GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET belong together'],
    ['GITHUB_CLIENT_SECRET', 's', 'GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET belong together'],
  ])('refuses %s=%s', (name, value, message) => {
    const read = () => readStartSettings({ [name]: value });
    expect(read).toThrow(StartSettingsError);
    expect(read).toThrow(message);
  });
});

describe('realWorkosKeys()', () => {
  it('takes both or none', () => {
    expect(realWorkosKeys({})).toBeUndefined();
    expect(realWorkosKeys({ WORKOS_API_KEY: 'sk', WORKOS_CLIENT_ID: 'client' })).toEqual({
      apiKey: 'sk',
      clientId: 'client',
    });
  });
});

describe('isRealProvider()', () => {
  const google = { GOOGLE_CLIENT_ID: 'g', GOOGLE_CLIENT_SECRET: 's' };
  const workos = { WORKOS_API_KEY: 'sk', WORKOS_CLIENT_ID: 'client' };

  it('takes a client of its own and the real WorkOS', () => {
    expect(isRealProvider({ ...google, ...workos }, 'GOOGLE')).toBe(true);
    for (const environment of [{}, google, workos]) expect(isRealProvider(environment, 'GOOGLE')).toBe(false);
    expect(isRealProvider({ ...google, ...workos }, 'GITHUB')).toBe(false);
  });
});
