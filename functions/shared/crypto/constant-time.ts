/** Comparison of secrets that takes as long for a near miss as for a far one. */
import { timingSafeEqual } from 'node:crypto';

/** Their lengths are no secret. */
export function isEqual(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
