/** The parts of an OpenAPI 3.1 document that ours has. */
import type { JsonSchema } from '@valibot/to-json-schema';

export type { JsonSchema };

export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly jsonSchemaDialect: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly object[];
  readonly paths: Readonly<Record<string, PathItem>>;
  /** An extension: what is answered where no operation is, HEAD and OPTIONS among it. */
  readonly 'x-other-requests': Readonly<Record<'head' | 'options' | 'other', AnswersObject>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly headers: Readonly<Record<string, HeaderObject>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

/** By method in lower case. */
export type PathItem = Readonly<Record<string, OperationObject>>;

export interface AnswersObject {
  readonly summary: string;
  readonly description?: string;
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

export interface OperationObject extends AnswersObject {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: RequestBodyObject;
}

export interface RequestBodyObject {
  readonly required: true;
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

export interface ParameterObject {
  readonly name: string;
  readonly in: 'header' | 'path' | 'query';
  readonly description: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export interface ResponseObject {
  readonly description: string;
  readonly headers: Readonly<Record<string, Reference>>;
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

export interface HeaderObject {
  readonly description: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export interface Reference {
  readonly $ref: string;
}
