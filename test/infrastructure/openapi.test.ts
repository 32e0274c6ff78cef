/** The OpenAPI document: whole, up to date, and made as OpenAPI 3.1 wants it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { apiTypes } from '../../lib/openapi/api-types.ts';
import { describeApi } from '../../lib/openapi.ts';
import { resourcesOf, synthesize } from './templates.ts';

const document = describeApi();
const json: unknown = JSON.parse(JSON.stringify(document));
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, path, operation })),
);
const readDocs = (name: string) => readFile(join(import.meta.dirname, '../../docs', name), 'utf8');

describe('the document', () => {
  it('has the routes of the service, each one and no other', () => {
    const routes = Object.values(resourcesOf(synthesize({ stage: 'local' }).service, 'AWS::ApiGatewayV2::Route'));
    const keys = routes.map(({ Properties }) => String(Properties['RouteKey'])).filter((key) => key !== '$default');
    // OpenAPI knows no parameter that takes the rest of a path.
    const deployed = keys.map((key) => key.replace('+}', '}'));
    expect(
      operations.map(({ route }) => route).toSorted(),
      'a route is described in functions/<name>/openapi.ts, which has a line in lib/openapi.ts',
    ).toEqual(deployed.toSorted());
  });

  it('is what docs/openapi.json says', async () => {
    expect(JSON.parse(await readDocs('openapi.json')), 'stale: run `npm run openapi`').toEqual(json);
  });

  it('has the types that docs/api.d.ts says', async () => {
    expect(await readDocs('api.d.ts'), 'stale: run `npm run openapi`').toBe(apiTypes(document));
  });

  it('gives every operation an id of its own', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(operations)('declares what is in braces: $route', ({ path, operation }) => {
    const inBraces = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(declared.map(({ name }) => name)).toEqual(inBraces);
  });

  it('says of every unsafe method with a cookie that another site is refused', () => {
    const unsafe = operations.filter(
      ({ route, operation }) => !route.startsWith('GET ') && operation.security.some((each) => 'session' in each),
    );
    expect(unsafe.map(({ route }) => route).toSorted()).toEqual([
      'DELETE /modules/{module}',
      'DELETE /sessions/{id}',
      'POST /logout',
      'POST /modules/{module}/disconnect',
      'POST /sessions/{id}/end',
    ]);
    for (const { operation } of unsafe) expect(operation.responses['403']?.description).toContain('`cross_site`');
  });

  it('names the security schemes that it has', () => {
    const named = operations.flatMap(({ operation }) => operation.security.flatMap((each) => Object.keys(each)));
    expect([...new Set(named)]).toEqual(Object.keys(document.components.securitySchemes));
  });
});

describe('what OpenAPI 3.1 and JSON Schema 2020-12 ask for', () => {
  /** Every object below a value, with where it is. */
  function objectsIn(value: unknown, at = '#'): { readonly at: string; readonly object: Record<string, unknown> }[] {
    if (typeof value !== 'object' || value === null) return [];
    const inner = Object.entries(value).flatMap(([key, each]) => objectsIn(each, `${at}/${key}`));
    return [{ at, object: { ...value } }, ...inner];
  }

  it('is the form of the whole', () => {
    expect(v.parse(documentSchema, json)).toEqual(json);
  });

  it('is that every $ref leads somewhere', () => {
    const references = objectsIn(json).flatMap(({ object }) =>
      typeof object['$ref'] === 'string' ? [object['$ref']] : [],
    );
    expect(references.length).toBeGreaterThan(0);
    const places = new Set(objectsIn(json).map(({ at }) => at));
    expect(references.filter((reference) => !places.has(reference))).toEqual([]);
  });

  it('is that every schema is one', () => {
    const schemas = objectsIn(json).flatMap(({ at, object }) =>
      object['schema'] ? [{ at, schema: object['schema'] }] : [],
    );
    const ajv = new Ajv2020({ keywords: ['components'], formats: { 'date-time': true, uri: true } });
    const whole = schemas.map(({ at, schema }) => ({
      ...schema,
      components: document.components,
      $comment: at,
    }));
    expect(whole.length).toBeGreaterThan(0);
    expect(whole.filter((schema) => !ajv.validateSchema(schema))).toEqual([]);
    expect(() => whole.map((schema) => ajv.compile(schema))).not.toThrow();
  });
});

const text = v.pipe(v.string(), v.nonEmpty());
const schemaObject = v.record(v.string(), v.unknown());
const reference = v.strictObject({ $ref: text });
const response = v.strictObject({
  description: text,
  headers: v.record(v.pipe(v.string(), v.regex(/^[A-Z][\w-]+$/)), reference),
  content: v.optional(
    v.record(v.pipe(v.string(), v.regex(/^\w+\/[\w+]+(; charset=utf-8)?$/)), v.strictObject({ schema: schemaObject })),
  ),
});
const answers = {
  summary: text,
  description: v.optional(text),
  responses: v.record(v.pipe(v.string(), v.regex(/^[1-5]\d\d$/)), response),
};
const operation = v.strictObject({
  ...answers,
  operationId: v.pipe(v.string(), v.regex(/^[a-z][A-Za-z]+$/)),
  security: v.array(v.record(text, v.tuple([]))),
  parameters: v.optional(
    v.array(
      v.strictObject({
        name: text,
        in: v.picklist(['header', 'path', 'query']),
        description: text,
        required: v.boolean(),
        schema: schemaObject,
      }),
    ),
  ),
  requestBody: v.optional(
    v.strictObject({
      required: v.literal(true),
      content: v.record(v.pipe(v.string(), v.regex(/^\w+\/[\w+-]+$/)), v.strictObject({ schema: schemaObject })),
    }),
  ),
});
const componentName = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9._-]+$/));
const documentSchema = v.strictObject({
  openapi: v.pipe(v.string(), v.regex(/^3\.1\.\d+$/)),
  jsonSchemaDialect: v.pipe(v.string(), v.url()),
  info: v.strictObject({ title: text, version: text, description: text }),
  servers: v.array(
    v.strictObject({
      url: text,
      description: text,
      variables: v.optional(v.record(text, v.strictObject({ default: text, description: text }))),
    }),
  ),
  paths: v.record(
    v.pipe(v.string(), v.startsWith('/')),
    v.record(v.picklist(['delete', 'get', 'patch', 'post', 'put']), operation),
  ),
  'x-other-requests': v.record(text, v.strictObject(answers)),
  components: v.strictObject({
    schemas: v.record(componentName, schemaObject),
    headers: v.record(
      componentName,
      v.strictObject({ description: text, required: v.boolean(), schema: schemaObject }),
    ),
    securitySchemes: v.record(
      componentName,
      v.variant('type', [
        v.strictObject({ type: v.literal('apiKey'), in: v.literal('cookie'), name: text, description: text }),
        v.strictObject({
          type: v.literal('http'),
          scheme: v.picklist(['bearer', 'dpop']),
          bearerFormat: v.optional(v.literal('JWT')),
          description: text,
        }),
      ]),
    ),
  }),
});
