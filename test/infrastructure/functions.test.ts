/** What each function may do and is told, read from the synthesized templates. */
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { functionNames } from '../../lib/bundle.ts';
import { stageNames } from '../../lib/stages.ts';
import { functionsOf, permissionsIn, resourcesOf, synthesize } from './templates.ts';

const readsCookie = 'secretsmanager:GetSecretValue on CookieSecret';
const readsWorkos = 'secretsmanager:GetSecretValue on WorkosSecret';
const publishes = 'events:PutEvents on Bus';
const putsTickets = 'dynamodb:PutItem on DeviceTickets';
/** Each purpose of a key is one of KMS's encryption context. */
const unwrapsRefreshKeys = 'kms:Decrypt on EnvelopeKey where purpose is native-refresh';
const unwrapsBoth = 'kms:Decrypt on EnvelopeKey where purpose is native-refresh or signing';
const listsSessions = 'dynamodb:Query on Sessions';
const listsNativeSessions = 'dynamodb:Query on NativeSessions';
/** Refreshing under a lease, and asking whether the user still may. */
const opensSessions = [
  'dynamodb:GetItem on Sessions',
  'dynamodb:UpdateItem on Sessions',
  'dynamodb:GetItem on Users',
  // The copy of WorkOS's public keys.
  'dynamodb:GetItem on Keys',
  readsCookie,
  readsWorkos,
];

/** Our own JWTs: public keys, whether the session stands, and proofs that come once. */
const verifiesTokens = ['dynamodb:Query on Keys', 'dynamodb:GetItem on NativeSessions', 'dynamodb:PutItem on Once'];

/** Making JWTs and refresh tokens, beside the row of their session. */
const grantsTokens = [
  'dynamodb:Query on Keys',
  unwrapsBoth,
  'dynamodb:PutItem on IssuedTokens',
  'dynamodb:PutItem on Once',
  'dynamodb:GetItem on Users',
];
const changesNativeSessions = ['dynamodb:GetItem on NativeSessions', 'dynamodb:UpdateItem on NativeSessions'];

/**
 * Connections of any module, for what a user or an app does to the module it names: the route is one for all of them. Apart from
 * the users and keys that it may read for the session, too.
 */
const keepsModules = [
  ...['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map((action) => `dynamodb:${action} on ModuleTokens`),
  ...['DeleteItem', 'GetItem', 'UpdateItem'].map((action) => `dynamodb:${action} on ProviderAccounts`),
  'kms:Decrypt on EnvelopeKey where purpose is module-tokens:gmail or module-tokens:github',
  ...['Google', 'Github'].map((name) => `secretsmanager:GetSecretValue on ${name}Secret`),
  publishes,
];

/** Beside writing to its own log group. A function that gets more must be listed here, where a reviewer sees it. */
const permissions: Readonly<Record<string, readonly string[]>> = {
  'apply-workos-event': [
    'dynamodb:UpdateItem on Sessions',
    listsSessions,
    'dynamodb:PutItem on Users',
    'dynamodb:UpdateItem on Users',
    'dynamodb:UpdateItem on NativeSessions',
    // By user, and by the WorkOS session behind.
    'dynamodb:Query on NativeSessions',
    'dynamodb:Query on NativeSessions',
    'dynamodb:GetItem on Once',
    'dynamodb:PutItem on Once',
    publishes,
    // What a deleted user has connected. No key: nothing of it is opened.
    ...['DeleteItem', 'PutItem', 'Query'].map((action) => `dynamodb:${action} on ModuleTokens`),
    ...['DeleteItem', 'UpdateItem'].map((action) => `dynamodb:${action} on ProviderAccounts`),
    ...['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => `sqs:${action} on WorkosEvents`),
  ],
  'app-link': [],
  assets: [],
  callback: ['dynamodb:UpdateItem on Users', putsTickets, publishes, ...opensSessions],
  dashboard: [listsSessions, listsNativeSessions, 'dynamodb:Query on ModuleTokens', ...opensSessions],
  'default-route': [],
  'github-repos': [
    ...opensSessions,
    ...verifiesTokens,
    ...keepsModules.filter((permission) => !/^kms|Google/.test(permission)),
    'kms:Decrypt on EnvelopeKey where purpose is module-tokens:github',
  ],
  'gmail-mailbox': [...opensSessions, ...verifiesTokens, 'dynamodb:GetItem on ModuleTokens'],
  home: opensSessions,
  login: [readsCookie, readsWorkos],
  'oauth-authorize': [readsCookie, readsWorkos],
  'oauth-module-callback': [
    ...opensSessions,
    'dynamodb:Query on Keys',
    putsTickets,
    'dynamodb:GetItem on NativeSessions',
    'dynamodb:PutItem on Once',
    ...keepsModules,
  ],
  // No key: it opens no token. The providers' client ids are in their secrets.
  'oauth-module-connect': [
    ...opensSessions,
    'dynamodb:GetItem on NativeSessions',
    'dynamodb:PutItem on Once',
    ...['Google', 'Github'].map((name) => `secretsmanager:GetSecretValue on ${name}Secret`),
  ],
  'oauth-module-connect-request': [readsCookie, 'dynamodb:GetItem on Users', ...verifiesTokens],
  'oauth-module-finish': [
    'dynamodb:DeleteItem on DeviceTickets',
    'dynamodb:GetItem on Users',
    ...verifiesTokens,
    ...keepsModules,
  ],
  'oauth-revoke': [
    'dynamodb:GetItem on NativeSessions',
    'dynamodb:UpdateItem on NativeSessions',
    'dynamodb:Query on Keys',
    unwrapsRefreshKeys,
    publishes,
    readsWorkos,
  ],
  'oauth-token': [
    'dynamodb:DeleteItem on DeviceTickets',
    'dynamodb:GetItem on NativeSessions',
    'dynamodb:PutItem on NativeSessions',
    'dynamodb:UpdateItem on NativeSessions',
    'dynamodb:GetItem on Sessions',
    'dynamodb:GetItem on Users',
    'dynamodb:PutItem on IssuedTokens',
    'dynamodb:PutItem on Once',
    'dynamodb:Query on Keys',
    unwrapsBoth,
    publishes,
    readsWorkos,
  ],
  'login-confirm': [putsTickets, publishes, readsCookie, readsWorkos],
  logout: ['dynamodb:UpdateItem on Sessions', publishes, readsCookie],
  'module-access-token': ['dynamodb:GetItem on Users', 'dynamodb:Query on Keys', ...keepsModules],
  modules: [...opensSessions, ...verifiesTokens, ...keepsModules],
  'modules-disconnect': [...opensSessions, 'dynamodb:Query on Keys', ...keepsModules],
  'native-session-jwt': [
    'dynamodb:DeleteItem on DeviceTickets',
    'dynamodb:PutItem on NativeSessions',
    'dynamodb:GetItem on Sessions',
    ...grantsTokens,
  ],
  'native-session-logout': [
    'dynamodb:Query on Keys',
    unwrapsRefreshKeys,
    ...changesNativeSessions,
    publishes,
    readsWorkos,
  ],
  'native-session-refresh': [...changesNativeSessions, ...grantsTokens, publishes, readsWorkos],
  // Opens the tokens of every module: it brings them under the newest key, and uses those that nobody else uses.
  'renew-module-tokens': [
    ...['DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'].map(
      (action) => `dynamodb:${action} on ModuleTokens`,
    ),
    'dynamodb:GetItem on ProviderAccounts',
    'dynamodb:GetItem on Users',
    ...['GetItem', 'PutItem'].map((action) => `dynamodb:${action} on Jobs`),
    'dynamodb:Query on Keys',
    'kms:Decrypt on EnvelopeKey where purpose is module-tokens:gmail or module-tokens:github',
    ...['Google', 'Github'].map((name) => `secretsmanager:GetSecretValue on ${name}Secret`),
    publishes,
  ],
  // Who is in a slot, and a message for each: it reads no row, and opens nothing.
  'refresh-due-modules': [
    'dynamodb:Query on ModuleTokens',
    'dynamodb:GetItem on Jobs',
    'dynamodb:PutItem on Jobs',
    'sqs:SendMessage on RefreshGmail',
  ],
  // Of all modules this one, of all providers Google.
  'refresh-gmail': [
    'dynamodb:GetItem on ModuleTokens',
    'dynamodb:UpdateItem on ModuleTokens',
    'dynamodb:GetItem on Jobs',
    'dynamodb:UpdateItem on Jobs',
    'dynamodb:Query on Keys',
    'kms:Decrypt on EnvelopeKey where purpose is module-tokens:gmail',
    'secretsmanager:GetSecretValue on GoogleSecret',
    publishes,
    ...['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => `sqs:${action} on RefreshGmail`),
  ],
  'rotate-keys': [
    ...['DeleteItem', 'PutItem', 'Query'].map((action) => `dynamodb:${action} on Keys`),
    'kms:Encrypt on EnvelopeKey where purpose is native-refresh or signing or module-tokens:gmail or module-tokens:github',
    'kms:GenerateDataKeyWithoutPlaintext on EnvelopeKey where purpose is native-refresh or signing or module-tokens:gmail or module-tokens:github',
    readsWorkos,
  ],
  session: [...opensSessions, ...verifiesTokens],
  sessions: [
    listsSessions,
    listsNativeSessions,
    'dynamodb:UpdateItem on NativeSessions',
    publishes,
    ...opensSessions,
    ...verifiesTokens,
  ],
  'sessions-end': [
    'dynamodb:GetItem on NativeSessions',
    'dynamodb:UpdateItem on NativeSessions',
    publishes,
    ...opensSessions,
  ],
  'well-known': ['dynamodb:Query on Keys'],
  'webhooks-workos': ['sqs:SendMessage on WorkosEvents', readsWorkos],
};

const envModule = v.object({ env: v.object({ entries: v.record(v.string(), v.unknown()) }) });

describe.each(stageNames)('the functions of %s', (stage) => {
  const { service } = synthesize({ stage });
  const functions = functionsOf(service);

  it('are the folders of functions/, each deployed once', () => {
    expect(functions.map(({ name }) => name).toSorted()).toEqual(functionNames());
  });

  it('run on Node 24 and ARM', () => {
    for (const { Runtime, Architectures } of functions) {
      expect({ Runtime, Architectures }).toEqual({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    }
  });

  it('give up before API Gateway does where a route waits for them, and have what they need otherwise', () => {
    const integrations = JSON.stringify(resourcesOf(service, 'AWS::ApiGatewayV2::Integration'));
    const seconds = functions.map(({ id, name, Timeout }) => [
      name,
      integrations.includes(`"${id}"`) ? 'route' : 'none',
      Timeout,
    ]);
    const others = seconds.filter(([, waits]) => waits === 'none');
    expect(new Set(seconds.filter(([, waits]) => waits === 'route').map(([, , timeout]) => timeout))).toEqual(
      new Set([15]),
    );
    expect(Object.fromEntries(others.map(([name, , timeout]) => [name, timeout]))).toEqual({
      'apply-workos-event': 30,
      'module-access-token': 15,
      'refresh-due-modules': 60,
      'refresh-gmail': 60,
      'renew-module-tokens': 900,
      'rotate-keys': 60,
    });
  });

  it('have a role each', () => {
    expect(new Set(functions.map(({ Role }) => Role)).size).toBe(functions.length);
    expect(resourcesOf(service, 'AWS::IAM::Policy')).toEqual({});
  });

  it('are started by roles that may do nothing else', () => {
    const own = new Set(functions.map(({ Role }) => Role));
    const starters = Object.keys(resourcesOf(service, 'AWS::IAM::Role')).filter((id) => !own.has(id));
    const named = starters.map((id) => [id.replace(/[0-9A-F]{8}$/, ''), permissionsIn(service, id)]);
    expect(Object.fromEntries(named)).toEqual({
      refreshduemodulesSchedulerRole: ['lambda:InvokeFunction on refreshduemodulesFunction'],
      renewmoduletokensSchedulerRole: ['lambda:InvokeFunction on renewmoduletokensFunction'],
      rotatekeysSchedulerRole: ['lambda:InvokeFunction on rotatekeysFunction'],
      // CDK's own, at a deployment: any version of it.
      AWSCDKTriggerCustomResourceProviderCustomResourceProviderRole: ['lambda:InvokeFunction on rotatekeysFunction:*'],
    });
  });

  it.each(functions)('$name may do what it is listed with and nothing more', (deployed) => {
    const ownLog = `${deployed.name.replaceAll('-', '')}Logs`;
    expect(deployed.role.ManagedPolicyArns).toEqual([]);
    expect(deployed.permissions).toEqual(
      [
        ...(permissions[deployed.name] ?? []),
        `logs:CreateLogStream on ${ownLog}`,
        `logs:PutLogEvents on ${ownLog}`,
      ].toSorted(),
    );
  });

  it('have no wildcard in what they may do', () => {
    for (const { role } of functions) expect(JSON.stringify(role.Policies)).not.toContain('*');
  });

  it.each(functions)('$name is given exactly the variables that its env.ts asks for', async ({ name, Environment }) => {
    const module: unknown = await import(join(import.meta.dirname, '../../functions', name, 'env.ts'));
    const { env } = v.parse(envModule, module);
    expect(Object.keys(Environment.Variables).toSorted()).toEqual(Object.keys(env.entries).toSorted());
  });

  it('get secrets and keys by name, never by value', () => {
    const variables = functions.flatMap(({ Environment }) => Object.entries(Environment.Variables));
    const secrets = variables.filter(([variable]) => /(?:KEY|PASSWORD|SECRET|TOKEN)(?!.*_DAYS$)/.test(variable));
    expect(new Set(secrets.map(([variable]) => variable))).toEqual(
      new Set([
        'COOKIE_SECRET_ID',
        'GITHUB_SECRET_ID',
        'GOOGLE_SECRET_ID',
        'ISSUED_TOKENS_TABLE',
        'KEYS_TABLE',
        'KMS_KEY_ID',
        'MODULE_TOKENS_TABLE',
        'WORKOS_SECRET_ID',
      ]),
    );
    for (const [, value] of secrets) {
      expect(JSON.stringify(value)).toMatch(
        /^\{"Fn::ImportValue":"[^"]*(?:CookieSecret|EnvelopeKey|GithubSecret|GoogleSecret|IssuedTokens|Keys|ModuleTokens|WorkosSecret)[^"]*"\}$/,
      );
    }
  });

  it('log to groups of their own that forget', () => {
    const groups = functions.map(({ LoggingConfig }) => LoggingConfig.LogGroup);
    expect(new Set(groups).size).toBe(functions.length);
    for (const group of Object.values(resourcesOf(service, 'AWS::Logs::LogGroup'))) {
      expect(group.Properties['RetentionInDays']).toEqual(expect.any(Number));
    }
  });

  it.each(functions)('$name has an alarm that says what it means for people', ({ id, FunctionName }) => {
    const alarms = Object.values(resourcesOf(service, 'AWS::CloudWatch::Alarm')).filter(({ Properties }) =>
      JSON.stringify(Properties['Metrics'] ?? []).includes(`{"Ref":"${id}"}`),
    );
    expect(alarms).toHaveLength(1);
    expect(JSON.stringify(alarms[0]?.Properties['Metrics'])).toContain(`"${FunctionName}-errors"`);
    expect(JSON.stringify(alarms[0]?.Properties['AlarmDescription'])).toMatch(
      new RegExp(`${FunctionName} crashes, times out or logs an error\\. [A-Z][^.]+\\. Its log group: `),
    );
  });

  it.each(functions)(
    '$name counts what it logs at level error: handlers answer instead of throwing',
    ({ name, FunctionName }) => {
      const filters = Object.values(resourcesOf(service, 'AWS::Logs::MetricFilter'));
      const own = filters.filter(({ Properties }) => JSON.stringify(Properties).includes(`"${FunctionName}-errors"`));
      expect(own.map(({ Properties }) => Properties['FilterPattern'])).toEqual(['{ $.level = "error" }']);
      expect(JSON.stringify(own[0]?.Properties['LogGroupName'])).toContain(`${name.replaceAll('-', '')}Logs`);
    },
  );
});
