/** From valibot's schemas to JSON Schema 2020-12; those with a name are written once and referred to. */
import { type ConversionConfig, type JsonSchema, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import type * as v from 'valibot';

const config = {
  target: 'draft-2020-12',
  // As they come over the wire: before defaults and transformations.
  typeMode: 'input',
  errorMode: 'throw',
  ignoreActions: ['readonly'],
  overrideRef: ({ referenceId }: { readonly referenceId: string }) => `#/components/schemas/${referenceId}`,
} satisfies ConversionConfig;

export interface JsonSchemas {
  /** The ones with names. */
  readonly components: Readonly<Record<string, JsonSchema>>;
  convert(schema: v.GenericSchema): JsonSchema;
}

/** @throws Error when a schema checks what JSON Schema cannot say. */
export function jsonSchemasWith(named: Readonly<Record<string, v.GenericSchema>>): JsonSchemas {
  return {
    components: toJsonSchemaDefs({ ...named }, config),
    convert(schema) {
      const { $schema: _, $defs: __, ...converted } = toJsonSchema(schema, { ...config, definitions: { ...named } });
      return converted;
    },
  };
}
