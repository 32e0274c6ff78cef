/** Parameters by OAuth's rules (RFC 6749 §3.1 and §3.2): unknown ones are ignored, an empty one is none, a repeated one is wrong. */

export interface OAuthParameters<Name extends string> {
  readonly values: Readonly<Partial<Record<Name, string>>>;
  readonly repeated: readonly Name[];
}

export function readOAuthParameters<const Name extends string>(
  given: URLSearchParams,
  names: readonly Name[],
): OAuthParameters<Name> {
  const values: Partial<Record<Name, string>> = {};
  const repeated: Name[] = [];
  for (const name of names) {
    const [value, ...more] = given.getAll(name);
    if (more.length > 0) repeated.push(name);
    else if (value) values[name] = value;
  }
  return { values, repeated };
}
