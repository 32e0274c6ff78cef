/** A policy document as IAM reads it: statements with an effect, actions, resources and conditions. */
import * as v from 'valibot';
import { jsonObject } from '../json-object.ts';
import { type Condition, parseConditions } from './condition.ts';
import { refusePolicyVariable } from './policy-variable.ts';

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: PatternList;
  readonly resources: PatternList;
  /** All of them must hold. */
  readonly conditions: readonly Condition[];
}

export interface PatternList {
  readonly patterns: readonly string[];
  /** `NotAction`, `NotResource`: everything but these. */
  readonly inverted: boolean;
}

export interface Policy {
  /** Whose it is and what it is called, for messages. */
  readonly name: string;
  readonly statements: readonly Statement[];
}

const oneOrMore = v.union([
  v.pipe(
    v.string(),
    v.transform((only) => [only]),
  ),
  v.pipe(v.array(v.string()), v.nonEmpty()),
]);

/** Strict, and without `Principal`: what an identity's policy cannot have is not skipped here. */
const statementSchema = v.strictObject({
  Sid: v.optional(v.string()),
  Effect: v.picklist(['Allow', 'Deny']),
  Action: v.optional(oneOrMore),
  NotAction: v.optional(oneOrMore),
  Resource: v.optional(oneOrMore),
  NotResource: v.optional(oneOrMore),
  Condition: v.optional(jsonObject),
});

const documentSchema = v.strictObject({
  Version: v.literal('2012-10-17'),
  Id: v.optional(v.string()),
  Statement: v.pipe(
    v.unknown(),
    v.transform((oneOrMany) => [oneOrMany].flat()),
    v.array(statementSchema),
  ),
});

/**
 * @param name for messages
 * @throws Error naming the policy when it holds something that is not evaluated here.
 */
export function parsePolicy(name: string, document: unknown): Policy {
  const parsed = v.safeParse(documentSchema, document);
  if (!parsed.success) {
    const problems = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'the document'}: ${issue.message}`);
    throw new Error(`Policy ${name}: ${problems.join('; ')}`);
  }
  return {
    name,
    statements: parsed.output.Statement.map((statement, index) => {
      const where = `Policy ${name}, statement ${statement.Sid ?? index}`;
      return {
        effect: statement.Effect,
        actions: patterns(where, 'Action', statement.Action, statement.NotAction),
        resources: patterns(where, 'Resource', statement.Resource, statement.NotResource),
        conditions: parseConditions(where, statement.Condition ?? {}),
      };
    }),
  };
}

function patterns(
  where: string,
  element: string,
  these: readonly string[] | undefined,
  notThese: readonly string[] | undefined,
): PatternList {
  if ((these === undefined) === (notThese === undefined)) {
    throw new Error(`${where}: needs either ${element} or Not${element}`);
  }
  const found = these ?? notThese ?? [];
  for (const pattern of found) refusePolicyVariable(where, pattern);
  return { patterns: found, inverted: these === undefined };
}
