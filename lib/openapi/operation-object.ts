/** From an endpoint's description to OpenAPI's Operation Object. */
import type * as v from 'valibot';
import { type HeaderName, headers, standardHeaders } from '../../functions/shared/openapi/headers.ts';
import type { Answers, Operation, Parameters } from '../../functions/shared/openapi/operation.ts';
import { errorReplies, type Reply } from '../../functions/shared/openapi/reply.ts';
import type { JsonSchemas } from './json-schemas.ts';
import type {
  AnswersObject,
  OperationObject,
  ParameterObject,
  Reference,
  RequestBodyObject,
  ResponseObject,
} from './openapi-document.ts';

const cookieHeaders = {
  session: 'SessionCookie',
  login: 'LoginCookie',
  both: 'SessionOrLoginCookie',
} as const satisfies Record<NonNullable<Answers['cookies']>, HeaderName>;

const byCookie = {
  ignored: [],
  optional: [{}, { session: [] }],
  required: [{ session: [] }],
} satisfies Record<Operation['session'], OperationObject['security']>;

const byToken: OperationObject['security'] = [{ bearer: [] }, { dpop: [] }];

export function toOperationObject(path: string, operation: Operation, schemas: JsonSchemas): OperationObject {
  const parameters = [
    ...toParameters('path', operation.path, schemas),
    ...toParameters('query', operation.query, schemas),
    ...toParameters('header', operation.header, schemas),
  ];
  const { responses, ...texts } = toAnswersObject(path, operation, schemas);
  return {
    operationId: operation.id,
    ...texts,
    security: [...byCookie[operation.session], ...(operation.takesTokens ? byToken : [])],
    ...(parameters.length > 0 && { parameters }),
    ...(operation.body && { requestBody: { required: true, content: toContent(operation.body, schemas) } }),
    responses,
  };
}

/** @param path `undefined` where it may be any. */
export function toAnswersObject(path: string | undefined, answers: Answers, schemas: JsonSchemas): AnswersObject {
  const { summary, description, replies, errors, cookies } = answers;
  const cookie = cookies === undefined ? [] : [cookieHeaders[cookies]];
  const all = Object.entries({ ...errorReplies(errors.form, errors.codes), ...replies });
  return {
    summary,
    ...(description !== undefined && { description }),
    responses: Object.fromEntries(
      all.map(([status, reply]) => [status, toResponse(reply, responseHeaders(path, reply, cookie), schemas)]),
    ),
  };
}

function responseHeaders(path: string | undefined, reply: Reply, cookie: readonly HeaderName[]): readonly HeaderName[] {
  const own = reply.headers ?? [];
  return [...standardHeaders(path, own), ...own, ...cookie];
}

function toResponse(reply: Reply, names: readonly HeaderName[], schemas: JsonSchemas): ResponseObject {
  const content = toContent(reply.content ?? {}, schemas);
  return {
    description: reply.description,
    headers: Object.fromEntries(
      names.map((each): [string, Reference] => [headers[each].name, { $ref: `#/components/headers/${each}` }]),
    ),
    ...(Object.keys(content).length > 0 && { content }),
  };
}

function toContent(
  byType: Readonly<Record<string, v.GenericSchema>>,
  schemas: JsonSchemas,
): RequestBodyObject['content'] {
  return Object.fromEntries(
    Object.entries(byType).map(([type, schema]) => [type, { schema: schemas.convert(schema) }]),
  );
}

function toParameters(
  place: ParameterObject['in'],
  given: Parameters | undefined,
  schemas: JsonSchemas,
): ParameterObject[] {
  return Object.entries(given?.entries ?? {}).map(([name, entry]) => ({
    name,
    in: place,
    description: given?.descriptions[name] ?? '',
    required: entry.type !== 'optional',
    schema: schemas.convert(entry),
  }));
}
