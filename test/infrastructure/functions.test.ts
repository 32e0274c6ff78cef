/** What each function may do and is told, read from the synthesized templates. */
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { functionNames } from '../../lib/bundle.ts';
import { stageNames } from '../../lib/stages.ts';
import { functionsOf, resourcesOf, synthesize } from './templates.ts';

const readsCookie = 'secretsmanager:GetSecretValue on CookieSecret';
const readsWorkos = 'secretsmanager:GetSecretValue on WorkosSecret';
const publishes = 'events:PutEvents on Bus';
const listsSessions = 'dynamodb:Query on Sessions';
/** Refreshing under a lease, and asking whether the user still may. */
const opensSessions = [
  'dynamodb:GetItem on Sessions',
  'dynamodb:UpdateItem on Sessions',
  'dynamodb:GetItem on Users',
  readsCookie,
  readsWorkos,
];

/** Beside writing to its own log group. A function that gets more must be listed here, where a reviewer sees it. */
const permissions: Readonly<Record<string, readonly string[]>> = {
  assets: [],
  callback: ['dynamodb:UpdateItem on Users', publishes, ...opensSessions],
  dashboard: [listsSessions, ...opensSessions],
  'default-route': [],
  home: opensSessions,
  login: [readsCookie, readsWorkos],
  logout: ['dynamodb:UpdateItem on Sessions', publishes, readsCookie],
  session: opensSessions,
  sessions: [listsSessions, ...opensSessions],
};

const envModule = v.object({ env: v.object({ entries: v.record(v.string(), v.unknown()) }) });

describe.each(stageNames)('the functions of %s', (stage) => {
  const { service } = synthesize({ stage });
  const functions = functionsOf(service);

  it('are the folders of functions/, each deployed once', () => {
    expect(functions.map(({ name }) => name).toSorted()).toEqual(functionNames());
  });

  it('run on Node 24 and ARM, and give up before API Gateway does', () => {
    for (const { Runtime, Architectures, Timeout } of functions) {
      expect({ Runtime, Architectures, Timeout }).toEqual({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Timeout: 15,
      });
    }
  });

  it('have a role each', () => {
    expect(new Set(functions.map(({ Role }) => Role)).size).toBe(functions.length);
    expect(Object.keys(resourcesOf(service, 'AWS::IAM::Role'))).toHaveLength(functions.length);
    expect(resourcesOf(service, 'AWS::IAM::Policy')).toEqual({});
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

  it('get secrets by name, never by value', () => {
    const variables = functions.flatMap(({ Environment }) => Object.entries(Environment.Variables));
    const secrets = variables.filter(([variable]) => /KEY|PASSWORD|SECRET|TOKEN/.test(variable));
    expect(new Set(secrets.map(([variable]) => variable))).toEqual(new Set(['COOKIE_SECRET_ID', 'WORKOS_SECRET_ID']));
    for (const [, value] of secrets)
      expect(JSON.stringify(value)).toMatch(/^\{"Fn::ImportValue":"[^"]*Secret[^"]*"\}$/);
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
