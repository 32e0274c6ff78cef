/** IAM's decision about one action on one resource: a Deny wins, then an Allow, and silence refuses. */
import type { RequestContext } from './condition.ts';
import type { PatternList, Policy, Statement } from './policy.ts';
import { matchesWildcard } from './wildcard.ts';

export interface AccessRequest {
  readonly policies: readonly Policy[];
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** An ARN, or `*` for an action that has no resource. */
  readonly resource: string;
  readonly context: RequestContext;
}

export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** @throws Error when a condition cannot be evaluated, see `Condition`. */
export function evaluate({ policies, action, resource, context }: AccessRequest): Decision {
  const applying = policies
    .flatMap(({ statements }) => statements)
    .filter((statement) => applies(statement, action, resource, context));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'explicitDeny';
  return applying.length > 0 ? 'allowed' : 'implicitDeny';
}

function applies(statement: Statement, action: string, resource: string, context: RequestContext): boolean {
  return (
    includes(lowerCased(statement.actions), action.toLowerCase()) &&
    includes(statement.resources, resource) &&
    statement.conditions.every((condition) => condition.holds(context))
  );
}

function includes({ patterns, inverted }: PatternList, text: string): boolean {
  return patterns.some((pattern) => matchesWildcard(pattern, text)) !== inverted;
}

function lowerCased({ patterns, inverted }: PatternList): PatternList {
  return { patterns: patterns.map((pattern) => pattern.toLowerCase()), inverted };
}
