/** Settings that cannot work are refused at synth, by name. */
import { describe, expect, it } from 'vitest';
import { moduleTag as tagInCookie } from '../../functions/shared/domain/connect-transaction.ts';
import { moduleNames, moduleTag } from '../../lib/module-settings.ts';
import { checkSettings, settingsFor, SettingsError, type StageName, stageNames } from '../../lib/stages.ts';
import { synthesize } from './templates.ts';

/** The stage's own settings with one of them changed. */
function check(stage: StageName, changed: Record<string, unknown>) {
  const { stage: _, ...settings } = settingsFor(stage);
  return checkSettings(stage, { ...settings, ...changed });
}

describe('settingsFor()', () => {
  it.each(stageNames)('accepts the settings of %s as they are in the repository', (stage) => {
    expect(settingsFor(stage)).toMatchObject({ stage, workosApiUrl: 'https://api.workos.com', sessionMaxAgeDays: 400 });
  });

  it('names the stages when there is no such stage', () => {
    expect(() => settingsFor('staging')).toThrow('There is no stage "staging". Stages: local, dev, prod.');
  });

  it('lets an override win', () => {
    expect(settingsFor('dev', { publicUrl: 'https://dev.example.org' }).publicUrl).toBe('https://dev.example.org');
  });
});

describe('publicUrl', () => {
  it('is required in prod', () => {
    expect(() => check('prod', { publicUrl: undefined })).toThrow('publicUrl is required in prod');
    expect(() => check('prod', { publicUrl: '' })).toThrow('publicUrl is required in prod');
  });

  it('may be left to the API in dev and local', () => {
    expect(check('dev', { publicUrl: undefined }).publicUrl).toBeUndefined();
    expect(check('local', { publicUrl: undefined }).publicUrl).toBeUndefined();
  });

  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://localhost', 'https://dev.example.org'])(
    'may be %s in dev and local',
    (publicUrl) => {
      expect(check('dev', { publicUrl }).publicUrl).toBe(publicUrl);
      expect(check('local', { publicUrl }).publicUrl).toBe(publicUrl);
    },
  );

  it.each(['http://localhost:3000', 'http://127.0.0.1', 'http://auth.example.com'])(
    'cannot be %s in prod',
    (publicUrl) => {
      expect(() => check('prod', { publicUrl })).toThrow('publicUrl must start with https:// in prod');
    },
  );

  it.each([
    'http://dev.example.org',
    'http://localhost.example.org',
    'http://127.0.0.1.example.org',
    'http://10.0.0.1',
  ])('cannot be %s in dev', (publicUrl) => {
    expect(() => check('dev', { publicUrl })).toThrow('publicUrl must be https, or http://localhost');
  });

  it.each([
    'https://auth.example.com/',
    'https://auth.example.com/login',
    'https://auth.example.com?x=1',
    'https://auth.example.com:443',
    'https://AUTH.example.com',
    'https://user@auth.example.com',
    'auth.example.com',
    'javascript:alert(1)',
  ])('is an origin and not %s', (publicUrl) => {
    expect(() => check('prod', { publicUrl })).toThrow('publicUrl must be an origin such as https://auth.example.com');
  });
});

describe('the other settings', () => {
  it.each([
    [{ webOrigins: ['https://app.example.com', '*'] }, 'webOrigins.1 must be an origin'],
    [{ webOrigins: ['null'] }, 'webOrigins.0 must be an origin'],
    [{ webOrigins: ['http://localhost:5173'] }, 'webOrigins.0 must start with https:// in prod'],
    [{ workosApiUrl: 'http://127.0.0.1:4100' }, 'workosApiUrl must start with https:// in prod'],
    [{ workosIssuer: 'workos' }, 'workosIssuer must be the iss of a real access token'],
    [{ providers: ['GoogleOAuth'] }, 'providers must contain authkit'],
    [{ providers: ['authkit', 'Google OAuth'] }, 'providers.1 must be a WorkOS provider name'],
    [{ afterLogin: 'dashboard' }, 'afterLogin must be a path of this origin'],
    [{ afterLogin: '//evil.example' }, 'afterLogin must be a path of this origin'],
    [{ afterLogin: '/\\evil.example' }, 'afterLogin must be a path of this origin'],
    [{ sessionMaxAgeDays: 401 }, 'sessionMaxAgeDays must be at most 400'],
    [{ sessionMaxAgeDays: 0 }, 'sessionMaxAgeDays must be a positive whole number'],
    [{ logRetentionDays: 31 }, 'logRetentionDays must be one of 1, 3, 5, 7'],
    [
      { throttling: { requestsPerSecond: 0, burst: 10 } },
      'throttling.requestsPerSecond must be a positive whole number',
    ],
    [{ memoryMb: 64 }, 'memoryMb must be at least 128'],
    [{ tableCapacity: 'provisioned' }, "tableCapacity must be 'on-demand' or { minUnits, maxUnits }"],
    [{ certificateArn: 'auth.example.com' }, 'certificateArn must be the ARN of an ACM certificate'],
    [{ alarmTopicArn: 'oncall' }, 'alarmTopicArn must be the ARN of an SNS topic'],
  ])('%j is refused', (changed, message) => {
    expect(() => check('prod', changed)).toThrow(message);
  });

  it('are refused where one needs another', () => {
    const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/0a1b';
    expect(() => check('dev', { certificateArn })).toThrow('certificateArn needs publicUrl');
  });

  it('are refused when nobody knows them', () => {
    expect(() => check('dev', { publicURL: 'https://dev.example.org' })).toThrow('publicURL');
  });

  it('are refused together, so that one synth shows every mistake', () => {
    const refuse = () => check('prod', { afterLogin: 'x', memoryMb: 1, publicUrl: '' });
    for (const name of ['afterLogin', 'memoryMb', 'publicUrl']) expect(refuse).toThrow(name);
  });
});

describe('modules', () => {
  it('are those whose file is there, each with its way to connect', () => {
    const modules = { gmail: { connectVia: 'direct' }, 'google-calendar': { connectVia: 'workos' } };
    expect(check('prod', { modules }).modules).toEqual(modules);
    expect(check('prod', { modules: {} }).modules).toEqual({});
  });

  it.each([
    [{ 'google-photos': { connectVia: 'workos' } }, 'modules must name files of functions/shared/modules'],
    [{ '../domain/modules': { connectVia: 'workos' } }, 'modules must name files of functions/shared/modules'],
    [{ gmail: { connectVia: 'google' } }, "modules.gmail.connectVia must be 'workos' or 'direct'"],
    [{ gmail: {} }, 'modules.gmail.connectVia'],
  ])('%j is refused', (modules, message) => {
    expect(() => check('prod', { modules })).toThrow(message);
  });

  it('have names that a login cookie tells apart, as the functions read it', () => {
    for (const name of moduleNames()) expect(moduleTag(name)).toBe(tagInCookie(name));
  });

  it('leave a mailbox alone for a part of an hour', () => {
    expect(check('prod', { gmailSyncMinutes: 30 }).gmailSyncMinutes).toBe(30);
    expect(() => check('prod', { gmailSyncMinutes: 7 })).toThrow('gmailSyncMinutes must be 1, 5, 10, 15, 20, 30 or 60');
  });
});

describe('native', () => {
  const { native } = settingsFor('dev');
  const client = { id: 'app', name: 'App', redirectUris: ['app://login'] };
  const withClients = (...clients: readonly object[]) =>
    check('prod', { native: { ...native, clients } }).native.clients;
  const withRedirect = (uri: string) => withClients({ ...client, redirectUris: [uri] });

  it.each([
    'yourappscheme://login/success',
    'com.example.app:/oauth2redirect',
    'https://app.example.com/login',
    'http://127.0.0.1/callback',
    'http://[::1]/callback',
    'http://127.0.0.1/',
  ])('takes the redirect %s', (uri) => {
    expect(withRedirect(uri)).toMatchObject([{ redirectUris: [uri] }]);
  });

  it.each([
    'http://127.0.0.1:8080/callback',
    'http://localhost/callback',
    'http://app.example.com/login',
    'http://127.0.0.1.example.com/login',
    'https://user@app.example.com/login',
    'https://app.example.com',
    'https://app.example.com/login?x=1',
    'https://app.example.com/login#x',
    'yourappscheme://login?x=1',
    'yourappscheme://login#x',
    'yourappscheme://login\\x',
    'yourappscheme://login x',
    'yourappscheme:',
    'yourappscheme://',
    'yourappscheme:login',
    'javascript://login/%0Aalert(1)',
    'JavaScript:/alert',
    'data:/text/html',
    'file:///etc/passwd',
    'login/success',
    '',
  ])('refuses the redirect %j', (uri) => {
    expect(() => withRedirect(uri)).toThrow(
      'native.clients.0.redirectUris.0 must be yourscheme://path, https://host/path, http://127.0.0.1/path or http://[::1]/path',
    );
  });

  it.each([
    [['app://login'], 'page'],
    [['http://127.0.0.1/callback'], 'page'],
    [['https://app.example.com/login', 'app://login'], 'page'],
    [['https://app.example.com/login'], 'none'],
  ])('has people asked before a client with %j signs in: %s, unless told otherwise', (redirectUris, confirm) => {
    expect(withClients({ ...client, redirectUris })).toMatchObject([{ confirm }]);
    const told = confirm === 'page' ? 'none' : 'page';
    expect(withClients({ ...client, redirectUris, confirm: told })).toMatchObject([{ confirm: told }]);
  });

  it.each([
    [{ clients: [client, client] }, 'native.clients must give each client an id of its own'],
    [{ clients: [{ ...client, id: 'my app' }] }, 'native.clients.0.id must be 1 to 64 letters'],
    [{ clients: [{ ...client, name: '' }] }, 'native.clients.0.name'],
    [{ clients: [{ ...client, redirectUris: [] }] }, 'native.clients.0.redirectUris must name at least one'],
    [{ clients: [{ ...client, confirm: 'never' }] }, 'native.clients.0.confirm'],
    [{ clients: [{ ...client, secret: 'x' }] }, 'native.clients.0.secret'],
    [
      { clients: [{ ...client, android: { packageName: 'app', sha256CertFingerprints: [] } }] },
      'native.clients.0.android.packageName must be an application id',
    ],
    [
      { clients: [{ ...client, android: { packageName: 'com.example', sha256CertFingerprints: ['aa:bb'] } }] },
      'native.clients.0.android.sha256CertFingerprints.0 must be 32 hex pairs in capitals',
    ],
    [
      { clients: [{ ...client, ios: { appId: 'com.example' } }] },
      'native.clients.0.ios.appId must be <team id>.<bundle id>',
    ],
    [{ signingAlgorithm: 'HS256' }, 'native.signingAlgorithm'],
    [{ audience: '' }, 'native.audience'],
    [{ sessionIdleDays: 0 }, 'native.sessionIdleDays must be a positive whole number'],
    [{ sessionIdleDays: 30, sessionMaxDays: 29 }, 'native.sessionIdleDays must not be longer than sessionMaxDays'],
  ])('refuses %j', (changed, message) => {
    expect(() => check('prod', { native: { ...native, ...changed } })).toThrow(message);
  });

  it('refuses signing keys that would be used before anybody has seen them', () => {
    expect(() => check('prod', { signingKeyDays: 1 })).toThrow('signingKeyDays must be at least 2');
  });

  it('has the local client of the contract', () => {
    expect(settingsFor('local').native.clients).toContainEqual(
      expect.objectContaining({
        id: 'gatehouse-native',
        confirm: 'none',
        redirectUris: expect.arrayContaining(['yourappscheme://login/success', 'http://127.0.0.1/callback']),
      }),
    );
  });
});

describe('buildApp()', () => {
  it('builds dev unless told otherwise', () => {
    expect(JSON.stringify(synthesize().data)).toContain('gatehouse/dev/cookie');
  });

  it('refuses an override that it does not know', () => {
    expect(() => synthesize({ context: { publicURL: 'https://dev.example.org' } })).toThrow(
      new SettingsError(
        '-c publicURL: not known. Known: stage, publicUrl, certificateArn, workosIssuer, alarmTopicArn.',
      ),
    );
  });

  it('checks an override as it checks the settings', () => {
    expect(() => synthesize({ context: { stage: 'prod', publicUrl: 'http://localhost:3000' } })).toThrow(SettingsError);
  });
});
