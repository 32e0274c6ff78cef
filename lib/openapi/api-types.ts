/** The document's schemas as TypeScript, for clients: one file that imports nothing. */
import type { JsonSchema, OpenApiDocument, ParameterObject } from './openapi-document.ts';

/** Types that both languages call the same. */
const primitives: ReadonlySet<string> = new Set(['boolean', 'null', 'number', 'string']);

type Properties = readonly (readonly [name: string, schema: JsonSchema, isRequired: boolean])[];

/** @throws Error for a schema that no line here can say in TypeScript. */
export function apiTypes(document: OpenApiDocument): string {
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) => declare(name, schema));
  const queries = Object.entries(document.paths).flatMap(([path, item]) => {
    const parameters = item['get']?.parameters?.filter((each) => each.in === 'query') ?? [];
    return parameters.length === 0 ? [] : [comment(`What \`${path}\` takes.`) + declareQuery(path, parameters)];
  });
  const head =
    "/** Types of Gatehouse's API. Written by `npm run openapi` from the schemas that parse and make what they describe. */\n";
  return [head, ...schemas, ...queries].join('\n');
}

function declare(name: string, schema: JsonSchema): string {
  const { type, properties, required = [], description } = schema;
  if (type !== 'object' || !properties) return `${comment(description)}export type ${name} = ${print(schema)};\n`;
  const entries = Object.entries(properties).map(
    ([key, value]) => [key, schemaFrom(value), required.includes(key)] as const,
  );
  return comment(description) + declareInterface(name, entries);
}

/** `LoginQuery` for `/login`. */
function declareQuery(path: string, parameters: readonly ParameterObject[]): string {
  const name = path.replace(/\/\{?([a-z])|\}/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');
  const entries = parameters.map(
    (each) => [each.name, { ...each.schema, description: each.description }, each.required] as const,
  );
  return declareInterface(`${name}Query`, entries);
}

function declareInterface(name: string, properties: Properties): string {
  const lines = properties.map(
    ([key, schema, isRequired]) =>
      `${comment(schema.description, '  ')}  readonly ${key}${isRequired ? '' : '?'}: ${print(schema)};\n`,
  );
  return `export interface ${name} {\n${lines.join('')}}\n`;
}

function print(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  if (schema.anyOf) return schema.anyOf.map((each) => print(schemaFrom(each))).join(' | ');
  if (schema.type === 'array') return `ReadonlyArray<${print(schemaFrom(schema.items))}>`;
  if (schema.type === 'integer') return 'number';
  if (typeof schema.type === 'string' && primitives.has(schema.type)) return schema.type;
  throw new Error(`no TypeScript for ${JSON.stringify(schema)}`);
}

function schemaFrom(value: unknown): JsonSchema {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Error(`no TypeScript for ${JSON.stringify(value)}`);
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function comment(text: string | undefined, indent = ''): string {
  return text === undefined ? '' : `${indent}/** ${text} */\n`;
}
