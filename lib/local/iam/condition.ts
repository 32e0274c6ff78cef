/** The `Condition` element of a policy: operators, set prefixes, `IfExists`, missing and multi-valued keys as in IAM. */
import * as v from 'valibot';
import { recordOf } from '../json-object.ts';
import { refusePolicyVariable } from './policy-variable.ts';
import { matchesWildcard } from './wildcard.ts';

/**
 * What is known about a request, by condition key; case does not matter in keys. An array marks a key that IAM calls
 * multi-valued, however many values it has.
 */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

export interface Condition {
  readonly key: string;
  /** @throws Error when an operator without `ForAllValues:` or `ForAnyValue:` meets a multi-valued key. */
  holds(context: RequestContext): boolean;
}

type Comparison = (actual: string, expected: string) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringEqualsIgnoreCase: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  StringLike: (actual, expected) => matchesWildcard(expected, actual),
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  NumericEquals: (actual, expected) => Number(actual) === Number(expected),
  NumericLessThan: (actual, expected) => Number(actual) < Number(expected),
  NumericLessThanEquals: (actual, expected) => Number(actual) <= Number(expected),
  NumericGreaterThan: (actual, expected) => Number(actual) > Number(expected),
  NumericGreaterThanEquals: (actual, expected) => Number(actual) >= Number(expected),
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
};

/** True where the plain one is false, and true of a key that is missing. */
const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

const scalar = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));
const keysSchema = recordOf(
  v.union([
    v.pipe(
      scalar,
      v.transform((only) => [only]),
    ),
    v.array(scalar),
  ]),
);

/** @throws Error naming an operator that is not known here. */
export function parseConditions(where: string, block: Readonly<Record<string, unknown>>): Condition[] {
  return Object.entries(block).flatMap(([operator, keys]) => {
    const parsed = v.safeParse(keysSchema, keys);
    if (!parsed.success) throw new Error(`${where}: ${operator} needs keys with one or more values each`);
    return Object.entries(parsed.output).map(([key, expected]): Condition => {
      for (const value of expected) refusePolicyVariable(where, value);
      const test = parseOperator(where, operator, expected);
      return { key, holds: (context) => test(valueOf(context, key), key) };
    });
  });
}

type Test = (actual: string | readonly string[] | undefined, key: string) => boolean;

function parseOperator(where: string, operator: string, expected: readonly string[]): Test {
  if (operator === 'Null') return (actual) => expected.some((value) => (value === 'true') === isMissing(actual));

  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const negated = Object.hasOwn(negations, name);
  const plain = (negated ? negations[name] : name) ?? '';
  const compare = Object.hasOwn(comparisons, plain) ? comparisons[plain] : undefined;
  if (compare === undefined) throw new Error(`${where}: the condition operator ${operator} is not known here`);
  const fits = (actual: string) => expected.some((value) => compare(actual, value)) !== negated;

  return (actual, key) => {
    if (isMissing(actual)) return ifExists !== undefined || set === 'ForAllValues' || (set === undefined && negated);
    if (set === 'ForAllValues') return [actual].flat().every(fits);
    if (set === 'ForAnyValue') return [actual].flat().some(fits);
    if (typeof actual !== 'string') {
      throw new Error(`${where}: ${key} has many values, ${operator} needs ForAllValues: or ForAnyValue:`);
    }
    return fits(actual);
  };
}

/** An empty text is a value, an empty list is none. */
function isMissing(actual: string | readonly string[] | undefined): actual is readonly [] | undefined {
  return actual === undefined || (typeof actual !== 'string' && actual.length === 0);
}

function valueOf(context: RequestContext, key: string): string | readonly string[] | undefined {
  const wanted = key.toLowerCase();
  return Object.entries(context).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** Part by part, so that a `*` never reaches from an account into a resource; only the last part holds colons. */
function matchesArn(actual: string, expected: string): boolean {
  const [actualParts, expectedParts] = [arnParts(actual), arnParts(expected)];
  if (actualParts === undefined || expectedParts === undefined) return false;
  return expectedParts.every((part, index) => matchesWildcard(part, actualParts[index] ?? ''));
}

function arnParts(arn: string): readonly string[] | undefined {
  return /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s.exec(arn)?.slice(1);
}
