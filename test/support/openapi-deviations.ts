/** What of an answer of Gatehouse's is not as its OpenAPI document says. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { AnswersObject, JsonSchema, ResponseObject } from '../../lib/openapi/openapi-document.ts';
import { describeApi } from '../../lib/openapi.ts';

export interface GivenRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
}

export interface GivenAnswer {
  readonly status: number;
  /** Names in lower case; `Headers` is one of these. */
  readonly headers: Iterable<readonly [name: string, value: string | undefined]>;
  /** One complete value each. */
  readonly setCookies: readonly string[];
  readonly body: string;
}

const document = describeApi();
const ajv = new Ajv2020({
  allErrors: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, uri: (text: string) => URL.canParse(text) },
  keywords: ['components'],
});
/** Where `#/components/schemas/…` leads from any schema. */
const components = { schemas: closed(document.components.schemas) };
const validators = new Map<JsonSchema, ValidateFunction>();

/** What API Gateway says without asking a function. */
const gatewayMessages: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Of the connection and of API Gateway: no endpoint sets them. */
const transportHeaders = ['apigw-requestid', 'connection', 'content-length', 'content-type', 'date', 'keep-alive'];

/** @returns a phrase for each. API Gateway's own answers have none. */
export function deviationsOf({ method, path }: GivenRequest, answer: GivenAnswer): string[] {
  const { status, body, setCookies } = answer;
  const headers = new Map([...answer.headers].filter(([name]) => name !== 'set-cookie'));
  const message = gatewayMessages[status];
  if (message !== undefined && body === JSON.stringify({ message }) && !headers.has('vary')) return [];

  const { responses } = answersFor(method, path);
  const response = responses[status];
  if (!response) return [`the status is none of ${Object.keys(responses).join(', ')}`];
  const type = headers.get('content-type') ?? '';
  return [
    ...headerDeviations(response, headers, setCookies),
    ...bodyDeviations(method === 'HEAD' ? undefined : response.content, type, body),
  ];
}

function answersFor(method: string, path: string): AnswersObject {
  const { head, options, other } = document['x-other-requests'];
  const item = Object.entries(document.paths).find(([template]) => isPathOf(template, path))?.[1];
  return item?.[method.toLowerCase()] ?? { HEAD: head, OPTIONS: options }[method] ?? other;
}

function isPathOf(template: string, path: string): boolean {
  const segments = template.split('/');
  const given = path.split('/');
  return (
    segments.length === given.length &&
    segments.every((segment, index) => (segment.startsWith('{') ? given[index] !== '' : segment === given[index]))
  );
}

function headerDeviations(
  response: ResponseObject,
  headers: ReadonlyMap<string, string | undefined>,
  setCookies: readonly string[],
): string[] {
  const documented = Object.entries(response.headers).map(
    ([name, { $ref }]) => [name.toLowerCase(), document.components.headers[$ref.split('/').at(-1) ?? '']] as const,
  );
  const names = [...headers.keys(), ...(setCookies.length > 0 ? ['set-cookie'] : [])];
  const known = new Set([...transportHeaders, ...documented.map(([name]) => name)]);
  const unknown = names.filter((name) => !known.has(name)).map((name) => `${name} is not documented`);
  const wrong = documented.flatMap(([name, header]) => {
    const values = name === 'set-cookie' ? setCookies : [headers.get(name)].filter((value) => value !== undefined);
    if (values.length === 0) return header?.required === true ? [`${name} is missing`] : [];
    return values.flatMap((value) =>
      schemaDeviations(header?.schema, value).map((problem) => `${name} ${problem}, and is ${value}`),
    );
  });
  return [...unknown, ...wrong];
}

function bodyDeviations(content: ResponseObject['content'], type: string, body: string): string[] {
  if (!content) return body === '' ? [] : ['there is a body'];
  const media = content[type];
  if (!media) return [`content-type is none of ${Object.keys(content).join(', ')}, and is ${type}`];
  const value = type === 'application/json' ? parse(body) : body;
  return schemaDeviations(media.schema, value).map((problem) => `body ${problem}`);
}

function schemaDeviations(schema: JsonSchema = {}, value: unknown): string[] {
  const known = validators.get(schema);
  const validate = known ?? ajv.compile({ ...closed<object>(schema), components });
  if (!known) validators.set(schema, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, params['additionalProperty']].filter(Boolean).join(' '),
  );
}

/** Clients must ignore members that they do not know; we must not send one that nobody wrote down. */
function closed<Value extends object>(value: Value): Value {
  const copy = structuredClone(value);
  close(copy);
  return copy;
}

function close(value: object): void {
  if ('properties' in value && 'type' in value) Object.assign(value, { additionalProperties: false });
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    // The parts of an `allOf` each say some of the members; its `$ref` is closed where it leads.
    if (key !== 'allOf' && typeof inner === 'object' && inner !== null) close(inner);
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
