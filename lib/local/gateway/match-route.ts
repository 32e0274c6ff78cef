/** Which route takes a request, by API Gateway's order: the most specific path, then the method before `ANY`, then `$default`. */
import type { Route } from './http-api.ts';

export interface RouteMatch {
  readonly route: Route;
  /** Decoded; `undefined` when the route has none. */
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  /** `{name}` */
  | { readonly kind: 'parameter'; readonly name: string }
  /** `{name+}`: this segment and all after it. */
  | { readonly kind: 'greedy'; readonly name: string };

interface Pattern {
  readonly route: Route;
  readonly method: string;
  readonly segments: readonly Segment[];
}

/** @returns a function of the method and the path, both exactly as sent. */
export function createRouteMatcher(routes: readonly Route[]): (method: string, path: string) => RouteMatch | undefined {
  const patterns = routes
    .filter(({ routeKey }) => routeKey !== '$default')
    .map(toPattern)
    .toSorted((a, b) => rank(a).localeCompare(rank(b)));
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');

  return (method, path) => {
    const given = path.split('/');
    for (const pattern of patterns) {
      const found =
        pattern.method === 'ANY' || pattern.method === method ? matchPath(pattern.segments, given) : undefined;
      if (found)
        return { route: pattern.route, pathParameters: found.length > 0 ? Object.fromEntries(found) : undefined };
    }
    return fallback && { route: fallback, pathParameters: undefined };
  };
}

function toPattern(route: Route): Pattern {
  const [method = '', path = ''] = route.routeKey.split(' ', 2);
  return { route, method, segments: path.split('/').map(toSegment) };
}

function toSegment(text: string): Segment {
  const [, name, plus] = /^\{(\w+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'literal', text };
  return { kind: plus === '+' ? 'greedy' : 'parameter', name };
}

/** Sorts the more specific first: literals before parameters before greedy ones, and any of them before `ANY`. */
function rank({ method, segments }: Pattern): string {
  const ranks = { literal: '0', parameter: '1', greedy: '2' };
  return `${segments.map(({ kind }) => ranks[kind]).join('')} ${method === 'ANY' ? '1' : '0'}`;
}

/** @returns the parameters, or `undefined` when the path is another one. An empty segment is no parameter. */
function matchPath(segments: readonly Segment[], given: readonly string[]): (readonly [string, string])[] | undefined {
  const parameters: (readonly [string, string])[] = [];
  for (const [index, segment] of segments.entries()) {
    const text = given[index];
    if (segment.kind === 'greedy') {
      const rest = given.slice(index).join('/');
      return rest === '' ? undefined : [...parameters, [segment.name, decodeURIComponent(rest)]];
    }
    if (segment.kind === 'literal' ? text !== segment.text : !text) return undefined;
    if (segment.kind === 'parameter') parameters.push([segment.name, decodeURIComponent(text ?? '')]);
  }
  return given.length === segments.length ? parameters : undefined;
}
