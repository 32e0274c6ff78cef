/** A function's environment, read once and as a whole. */
import * as v from 'valibot';

/**
 * @throws Error that names every variable that is missing or malformed, and no value.
 */
export function readEnv<const Schema extends v.GenericSchema>(
  schema: Schema,
  environment: NodeJS.ProcessEnv = process.env,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, environment);
  if (parsed.success) return parsed.output;
  const names = parsed.issues.map((issue) => v.getDotPath(issue) ?? 'environment');
  throw new Error(`missing or malformed in the function's environment: ${[...new Set(names)].join(', ')}`);
}
