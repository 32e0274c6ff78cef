/** CloudFormation's intrinsic functions, as far as our templates use them. An unknown one throws. */

export interface Scope {
  /** @throws Error when there is no such parameter or resource, or its type has no `Ref` here */
  ref(id: string): string;
  /** @throws Error when there is no such resource or attribute */
  attribute(logicalId: string, attribute: string): string;
  /** @throws Error when no stack exports it */
  imported(exportName: string): unknown;
}

/**
 * The value with every intrinsic replaced; `undefined` where it was `AWS::NoValue`.
 * @param path where the value stands, for the error
 */
export function resolve(value: unknown, scope: Scope, path: string): unknown {
  if (typeof value === 'string') return literal(value, path);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map((item, index) => resolve(item, scope, `${path}.${index}`)).filter((item) => item !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  const intrinsic = entries.find(([name]) => name.startsWith('Fn::') || (name === 'Ref' && entries.length === 1));
  if (intrinsic !== undefined) return apply(intrinsic, scope, path, entries.length);
  const resolved = entries.map(([name, item]): [string, unknown] => [name, resolve(item, scope, `${path}.${name}`)]);
  return Object.fromEntries(resolved.filter(([, item]) => item !== undefined));
}

/** As `resolve()`, where only a text (or a number, as text) makes sense. */
export function resolveText(value: unknown, scope: Scope, path: string): string {
  return text(resolve(value, scope, path), path);
}

function apply([name, argument]: [string, unknown], scope: Scope, path: string, siblings: number): unknown {
  const here = `${path}.${name}`;
  if (siblings > 1) throw new Error(`${here}: an intrinsic function stands alone in its object`);
  if (name === 'Ref' && argument === 'AWS::NoValue') return undefined;
  switch (name) {
    case 'Ref':
      return locate(here, () => scope.ref(text(argument, here)));
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = pair(argument, here);
      return locate(here, () => scope.attribute(text(logicalId, here), resolveText(attribute, scope, here)));
    }
    case 'Fn::ImportValue':
      return locate(here, () => scope.imported(resolveText(argument, scope, here)));
    case 'Fn::Join': {
      const [separator, items] = pair(argument, here);
      return texts(resolve(items, scope, here), here).join(text(separator, here));
    }
    case 'Fn::Split': {
      const [separator, source] = pair(argument, here);
      return resolveText(source, scope, here).split(text(separator, here));
    }
    case 'Fn::Select': {
      const [index, items] = pair(argument, here);
      const selected = texts(resolve(items, scope, here), here)[Number(text(index, here))];
      if (selected === undefined) throw new Error(`${here}: there is no item ${text(index, here)}`);
      return selected;
    }
    case 'Fn::Sub':
      return substitute(argument, scope, here);
    default:
      throw new Error(`${here}: this intrinsic function is not known here`);
  }
}

/** `${Name}`, `${LogicalId.Attribute}`, and `${!Literal}` for a literal `${Literal}`. */
function substitute(argument: unknown, scope: Scope, path: string): string {
  const [template, given] = typeof argument === 'string' ? [argument, {}] : pair(argument, path);
  const variables = new Map<string, unknown>(Object.entries(given ?? {}));
  return resolveText(template, scope, path).replaceAll(/\$\{(!?)([^}]*)\}/g, (_, mark: string, name: string) => {
    if (mark === '!') return `\${${name}}`;
    if (variables.has(name)) return resolveText(variables.get(name), scope, `${path}.${name}`);
    const [id = '', ...attribute] = name.trim().split('.');
    return locate(path, () => (attribute.length === 0 ? scope.ref(id) : scope.attribute(id, attribute.join('.'))));
  });
}

function literal(value: string, path: string): string {
  if (value.includes('{{resolve:')) throw new Error(`${path}: dynamic references are not known here: ${value}`);
  return value;
}

function text(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${path}: a text is expected here, not ${JSON.stringify(value) ?? 'AWS::NoValue'}`);
}

function texts(value: unknown, path: string): string[] {
  if (!Array.isArray(value)) throw new Error(`${path}: a list is expected here`);
  const items: readonly unknown[] = value;
  return items.map((item) => text(item, path));
}

function pair(value: unknown, path: string): readonly [unknown, unknown] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if (items.length !== 2) throw new Error(`${path}: a list of two is expected here`);
  return [items[0], items[1]];
}

function locate<Value>(path: string, look: () => Value): Value {
  try {
    return look();
  } catch (cause) {
    throw new Error(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
