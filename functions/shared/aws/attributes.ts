/** Attributes of DynamoDB items, read: a row that has another type than its store wrote is refused. */
import * as v from 'valibot';

export const text = v.pipe(
  v.object({ S: v.string() }),
  v.transform((attribute) => attribute.S),
);

export const texts = v.pipe(
  v.object({ L: v.array(text) }),
  v.transform((attribute) => attribute.L),
);

export const bytes = v.pipe(
  v.object({ B: v.instance(Uint8Array) }),
  v.transform((attribute) => attribute.B),
);

export const number = v.pipe(
  v.object({ N: v.string() }),
  v.transform((attribute) => Number(attribute.N)),
);

/** A number of milliseconds. */
export const instant = v.pipe(
  number,
  v.transform((millis) => new Date(millis)),
);
