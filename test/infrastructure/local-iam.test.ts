/** IAM's rules as the local cloud applies them: wildcards, Deny before Allow, conditions, and what a role has. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestContext } from '../../lib/local/iam/condition.ts';
import { type AccessRequest, evaluate } from '../../lib/local/iam/evaluate.ts';
import { requireAccountDelegation } from '../../lib/local/iam/key-policy.ts';
import { parsePolicy } from '../../lib/local/iam/policy.ts';
import { policiesOfRole } from '../../lib/local/iam/role-policies.ts';
import { matchesWildcard } from '../../lib/local/iam/wildcard.ts';
import { allow, deploy, functionThatMay } from './local-aws.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/users';

function decide(statements: readonly object[], request: Partial<AccessRequest> = {}) {
  const policies = [parsePolicy('test', { Version: '2012-10-17', Statement: statements })];
  return evaluate({ policies, action: 'dynamodb:GetItem', resource: table, context: {}, ...request });
}

/** What becomes of a request with that context when an Allow has this condition. */
function under(condition: object, context: RequestContext) {
  return decide([allow('*', '*', condition)], { context }) === 'allowed';
}

describe('matchesWildcard()', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/'), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 });

  it('agrees with a regular expression that says the same', () => {
    fc.assert(
      fc.property(pattern, text, (wildcards, candidate) => {
        const expression = wildcards.replaceAll(/[*?]/g, (wildcard) => (wildcard === '*' ? '.*' : '.'));
        expect(matchesWildcard(wildcards, candidate)).toBe(new RegExp(`^${expression}$`).test(candidate));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes every text literally when there is no wildcard in it', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(matchesWildcard(a, b)).toBe(a === b);
      }),
    );
  });

  it('stays quick on patterns that make regular expressions backtrack', () => {
    const startedAt = performance.now();
    expect(matchesWildcard('*a'.repeat(500), `${'a'.repeat(5000)}b`)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

describe('evaluate()', () => {
  it.each([
    ['nothing said', [], 'implicitDeny'],
    ['the action on the resource', [allow('dynamodb:GetItem', table)], 'allowed'],
    ['an action in other letters', [allow('DYNAMODB:getitem', table)], 'allowed'],
    ['a resource in other letters', [allow('dynamodb:GetItem', table.toUpperCase())], 'implicitDeny'],
    ['another action', [allow('dynamodb:PutItem', table)], 'implicitDeny'],
    ['all actions of the service', [allow('dynamodb:*', table)], 'allowed'],
    ['part of an action', [allow('dynamodb:Get?tem', table)], 'allowed'],
    ['its indexes only', [allow('dynamodb:GetItem', `${table}/index/*`)], 'implicitDeny'],
    ['all tables', [allow('dynamodb:GetItem', 'arn:aws:dynamodb:*:*:table/*')], 'allowed'],
    ['a Deny beside an Allow', [allow('*', '*'), { Effect: 'Deny', Action: '*', Resource: table }], 'explicitDeny'],
    ['a Deny of something else', [allow('*', '*'), { Effect: 'Deny', Action: 's3:*', Resource: '*' }], 'allowed'],
    ['everything but others', [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }], 'allowed'],
    ['everything but this', [{ Effect: 'Allow', NotAction: ['dynamodb:*'], Resource: '*' }], 'implicitDeny'],
    ['every resource but this', [{ Effect: 'Allow', Action: '*', NotResource: [table] }], 'implicitDeny'],
    ['several of each', [{ Effect: 'Allow', Action: ['s3:*', 'dynamodb:Get*'], Resource: ['x', table] }], 'allowed'],
  ])('decides on %s', (_what, statements, decision) => {
    expect(decide(statements)).toBe(decision);
  });

  it('wants every operator and every key of a condition to hold, and one value of each', () => {
    const condition = { StringEquals: { 'k:a': ['1', '2'], 'k:b': 'x' }, Bool: { 'aws:SecureTransport': true } };
    expect(under(condition, { 'k:a': '2', 'k:b': 'x', 'aws:SecureTransport': 'true' })).toBe(true);
    expect(under(condition, { 'k:a': '2', 'k:b': 'y', 'aws:SecureTransport': 'true' })).toBe(false);
    expect(under(condition, { 'k:a': '2', 'k:b': 'x', 'aws:SecureTransport': 'false' })).toBe(false);
    expect(under(condition, { 'k:a': '3', 'k:b': 'x', 'aws:SecureTransport': 'true' })).toBe(false);
  });

  it('ignores a Deny whose condition does not hold', () => {
    const deny = { Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringEquals: { 'k:a': '1' } } };
    expect(decide([allow('*', '*'), deny], { context: { 'k:a': '2' } })).toBe('allowed');
    expect(decide([allow('*', '*'), deny], { context: { 'k:a': '1' } })).toBe('explicitDeny');
  });

  it('finds condition keys whatever their letters', () => {
    expect(
      under({ StringEquals: { 'KMS:encryptioncontext:Purpose': 'p' } }, { 'kms:EncryptionContext:purpose': 'p' }),
    ).toBe(true);
  });

  const arn = 'arn:aws:iam::000000000000:role/x';
  it.each([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringLike', 'module-tokens:*', 'module-tokens:gmail', true],
    ['StringLike', 'module-tokens:*', 'keys', false],
    ['StringNotLike', 'module-*', 'module-x', false],
    ['ArnLike', 'arn:aws:iam::*:role/?', arn, true],
    ['ArnEquals', 'arn:aws:iam::000000000000:role/*', arn, true],
    ['ArnLike', 'arn:*:role/x', arn, false],
    ['ArnLike', 'no arn', arn, false],
    ['ArnNotLike', 'arn:aws:iam::1*:role/x', arn, true],
    ['NumericLessThanEquals', '5', '5', true],
    ['NumericLessThan', 5, '5', false],
    ['NumericGreaterThan', '9', '10', true],
    ['NumericEquals', '10', '10.0', true],
    ['NumericNotEquals', '10', '10.0', false],
    ['Bool', 'true', 'True', true],
  ])('%s %j of %s is %s', (operator, expected, actual, holds) => {
    expect(under({ [operator]: { 'k:a': expected } }, { 'k:a': actual })).toBe(holds);
  });

  it.each([
    ['StringEquals', false],
    ['StringNotEquals', true],
    ['StringLike', false],
    ['ArnNotLike', true],
    ['Bool', false],
    ['StringEqualsIfExists', true],
    ['StringLikeIfExists', true],
    ['ForAllValues:StringEquals', true],
    ['ForAnyValue:StringEquals', false],
    ['ForAnyValue:StringNotEquals', false],
    ['ForAnyValue:StringEqualsIfExists', true],
  ])('%s of a key that is missing is %s', (operator, holds) => {
    expect(under({ [operator]: { 'k:a': 'x' } }, {})).toBe(holds);
    expect(under({ [operator]: { 'k:a': 'x' } }, { 'k:a': [] })).toBe(holds);
  });

  it.each([
    ['true', {}, true],
    ['true', { 'k:a': '' }, false],
    [false, { 'k:a': 'x' }, true],
    ['false', {}, false],
  ])('Null %s of %j is %s', (expected, context, holds) => {
    expect(under({ Null: { 'k:a': expected } }, context)).toBe(holds);
  });

  it.each([
    ['ForAllValues:StringEquals', ['a'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'c'], false],
    ['ForAnyValue:StringEquals', ['a', 'c'], true],
    ['ForAnyValue:StringEquals', ['c'], false],
    ['ForAllValues:StringNotEquals', ['c', 'd'], true],
    ['ForAllValues:StringNotEquals', ['a', 'c'], false],
    ['ForAnyValue:StringNotEquals', ['a', 'c'], true],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], false],
  ])('%s [a, b] of %j is %s', (operator, actual, holds) => {
    expect(under({ [operator]: { 'k:a': ['a', 'b'] } }, { 'k:a': actual })).toBe(holds);
  });

  it('refuses to compare a multi-valued key without saying whether all or any value counts', () => {
    expect(() => under({ StringEquals: { 'k:a': 'x' } }, { 'k:a': ['x'] })).toThrow(
      /k:a has many values.*ForAllValues:/,
    );
  });
});

describe('parsePolicy()', () => {
  const statement = { Effect: 'Allow', Action: '*', Resource: '*' };

  it.each([
    [
      'an unknown operator',
      { ...statement, Condition: { IpAddress: { 'k:a': '10.0.0.0/8' } } },
      'IpAddress is not known',
    ],
    ['an unknown operator in disguise', { ...statement, Condition: { constructor: { 'k:a': 'x' } } }, 'not known'],
    ['a set of Null', { ...statement, Condition: { 'ForAnyValue:Null': { 'k:a': 'true' } } }, 'not known'],
    ['keys without values', { ...statement, Condition: { StringEquals: 'x' } }, 'one or more values'],
    ['a policy variable', { ...statement, Resource: 'table/${aws:username}' }, 'policy variables'],
    [
      'a policy variable to compare with',
      { ...statement, Condition: { StringLike: { a: '${aws:x}' } } },
      'policy variables',
    ],
    ['no resource', { Effect: 'Allow', Action: '*' }, 'either Resource or NotResource'],
    ['both kinds of actions', { ...statement, NotAction: 's3:*' }, 'either Action or NotAction'],
    ['a principal', { ...statement, Principal: '*' }, 'Principal'],
    ['an unknown effect', { ...statement, Effect: 'allow' }, 'Effect'],
  ])('refuses %s, naming the policy', (_what, wrong, message) => {
    const parse = () => parsePolicy('role/own', { Version: '2012-10-17', Statement: [statement, wrong] });
    expect(parse).toThrow(message);
    expect(parse).toThrow('role/own');
  });

  it('refuses the older policy language, whose rules differ', () => {
    expect(() => parsePolicy('p', { Version: '2008-10-17', Statement: [] })).toThrow('Version');
  });
});

describe('policiesOfRole()', () => {
  const attached = (Type: string, Roles: readonly object[]) => ({
    Type,
    Properties: { Roles, PolicyDocument: { Version: '2012-10-17', Statement: allow('s3:Get*', '*') } },
  });

  it('gathers what the role has, what is attached to it, and nothing else', () => {
    const deployment = deploy({
      ...functionThatMay('login', allow('dynamodb:GetItem', table)),
      ...functionThatMay('logout', allow('dynamodb:*', '*')),
      Attached: attached('AWS::IAM::Policy', [{ Ref: 'loginRole' }]),
      Overflow: attached('AWS::IAM::ManagedPolicy', [{ Ref: 'loginRole' }]),
      Foreign: attached('AWS::IAM::Policy', [{ Ref: 'logoutRole' }]),
    });
    expect(policiesOfRole(deployment, 'login').map(({ name }) => name)).toEqual(['login/own', 'Attached', 'Overflow']);
  });

  it("knows AWS's managed policy for writing logs", () => {
    const arn = {
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
      ],
    };
    const deployment = deploy({
      Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r', ManagedPolicyArns: [arn] } },
    });
    const request = { policies: policiesOfRole(deployment, 'r'), resource: 'arn:aws:logs:any', context: {} };
    expect(evaluate({ ...request, action: 'logs:PutLogEvents' })).toBe('allowed');
    expect(evaluate({ ...request, action: 'dynamodb:GetItem' })).toBe('implicitDeny');
  });

  it.each([
    [
      'an unknown managed policy',
      { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      'AdministratorAccess',
    ],
    ['a permissions boundary', { PermissionsBoundary: 'arn:aws:iam::0:policy/b' }, 'permissions boundaries'],
  ])('refuses %s', (_what, properties, message) => {
    const deployment = deploy({ Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r', ...properties } } });
    expect(() => policiesOfRole(deployment, 'r')).toThrow(message);
  });

  it('refuses an IAM resource whose effect it does not know', () => {
    const deployment = deploy({ ...functionThatMay('login'), Group: { Type: 'AWS::IAM::Group' } });
    expect(() => policiesOfRole(deployment, 'login')).toThrow('AWS::IAM::Group Group');
  });

  it('refuses a role that is not there', () => {
    expect(() => policiesOfRole(deploy({}), 'nobody')).toThrow('There is no role nobody');
  });
});

describe('requireAccountDelegation()', () => {
  const root = { AWS: 'arn:aws:iam::000000000000:root' };
  const delegation = { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' };
  const check =
    (...Statement: readonly object[]) =>
    () =>
      requireAccountDelegation('key', { Statement }, '000000000000');

  it('takes the policy that CDK writes, with further Allows beside it', () => {
    expect(check(delegation, { ...delegation, Principal: { Service: 'logs.amazonaws.com' } })).not.toThrow();
  });

  it.each([
    ['nothing', []],
    ['another account', [{ ...delegation, Principal: { AWS: 'arn:aws:iam::111111111111:root' } }]],
    ['everybody', [{ ...delegation, Principal: '*' }]],
    ['some actions', [{ ...delegation, Action: ['kms:Decrypt'] }]],
    ['a condition', [{ ...delegation, Condition: { Bool: { a: 'true' } } }]],
  ])('refuses a policy that delegates with %s', (_what, statements) => {
    expect(check(...statements)).toThrow('does not leave the decision to IAM');
  });

  it('refuses a Deny, which it would not honour', () => {
    expect(check(delegation, { ...delegation, Effect: 'Deny' })).toThrow('Deny');
  });
});
