/** JSON objects with all their names: valibot's `record` drops `constructor` and the like, and with it a condition. */
import * as v from 'valibot';

export const jsonObject = v.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);

export function recordOf<const Value extends v.GenericSchema>(value: Value) {
  return v.pipe(
    jsonObject,
    v.transform((object) => Object.entries(object)),
    v.array(v.tuple([v.string(), value])),
    v.transform((entries) => Object.fromEntries(entries)),
  );
}
