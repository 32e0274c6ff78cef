/** The fault switches of the local cloud: which call is to go wrong, how, and how often (`LOCAL_FAULTS=`). */

export type Fault =
  /** An error answer of that status; nothing is done. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** 502 with an HTML body, as a proxy in between would send it; nothing is done. */
  | { readonly kind: 'html' }
  /** The work is done at once and answered after that long, so a caller may give up on a call that succeeded. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Nothing is done and nothing is answered. */
  | { readonly kind: 'hang' }
  /** The work is done, then the connection is cut instead of the answer. */
  | { readonly kind: 'lost' }
  /** What the target says when it is asked too often; nothing is done. */
  | { readonly kind: 'throttle' };

/** A target's operations, or `any` where they are an AWS API's own names. */
const targets: Readonly<Record<string, readonly string[] | 'any'>> = {
  workos: ['authorize', 'authenticate', 'jwks', 'logout', 'revoke', 'api'],
  google: ['auth', 'token', 'revoke', 'userinfo', 'gmail', 'calendar'],
  github: ['authorize', 'token', 'user', 'repos', 'check', 'revoke'],
  dynamodb: 'any',
  secretsmanager: 'any',
  kms: 'any',
  events: 'any',
  lambda: 'any',
  sqs: 'any',
};

const grammar =
  '<target>[.<operation>]=<kind>[*<times>], separated by commas; kinds: a status from 400 to 599, html, slow:<ms>, hang, lost, throttle';

interface Rule {
  readonly target: string;
  readonly operation: string | undefined;
  readonly fault: Fault;
  /** Infinity: always. */
  remaining: number;
}

/**
 * Faults by target and operation. An earlier rule wins over a later one until it is used up, so
 * `workos.authenticate=503*2,workos.authenticate=429*1` fails three times in two ways.
 */
export class Faults {
  #rules: Rule[] = [];

  /** @throws Error naming the part that does not fit, and the grammar. */
  constructor(text = '') {
    this.set(text);
  }

  /**
   * Replaces all rules.
   * @throws Error naming the part that does not fit, and the grammar; the rules are then as before.
   */
  set(text: string): void {
    this.#rules = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map(parseRule);
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault that this call is to meet, counted as used; `undefined` when it is to go well. */
  take(target: string, operation: string): Fault | undefined {
    const rule = this.#rules.find(
      (each) =>
        each.remaining > 0 && each.target === target && (each.operation === undefined || each.operation === operation),
    );
    if (rule === undefined) return undefined;
    rule.remaining -= 1;
    return rule.fault;
  }
}

function parseRule(part: string): Rule {
  const match = /^(?<target>[^.=*]+)(?:\.(?<operation>[A-Za-z]+))?=(?<kind>[^=*]+)(?:\*(?<times>[1-9]\d{0,8}))?$/.exec(
    part,
  );
  const { target, operation, kind, times } = match?.groups ?? {};
  if (target === undefined || kind === undefined) throw malformed(part, 'is malformed');
  const operations = Object.hasOwn(targets, target) ? targets[target] : undefined;
  if (operations === undefined) {
    throw malformed(part, `names no target; there are ${Object.keys(targets).join(', ')}`);
  }
  if (operation !== undefined && operations !== 'any' && !operations.includes(operation)) {
    throw malformed(part, `names no operation of ${target}; there are ${operations.join(', ')}`);
  }
  const fault = parseKind(kind);
  if (fault === undefined) throw malformed(part, `has no known kind of fault`);
  return { target, operation, fault, remaining: times === undefined ? Infinity : Number(times) };
}

function parseKind(kind: string): Fault | undefined {
  if (kind === 'html' || kind === 'hang' || kind === 'lost' || kind === 'throttle') return { kind };
  const slow = /^slow:(\d{1,6})$/.exec(kind);
  if (slow !== null) return { kind: 'slow', ms: Number(slow[1]) };
  if (!/^[45]\d\d$/.test(kind)) return undefined;
  const status = Number(kind);
  return status === 429 ? { kind: 'status', status, retryAfterSeconds: 1 } : { kind: 'status', status };
}

function malformed(part: string, problem: string): Error {
  return new Error(`LOCAL_FAULTS: "${part}" ${problem}. Expected ${grammar}.`);
}
