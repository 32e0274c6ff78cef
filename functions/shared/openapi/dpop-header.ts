/** The `DPoP` header, described. */
import * as v from 'valibot';
import { parameters } from './operation.ts';

export const dpopHeader = parameters(
  { entries: { DPoP: v.optional(v.string()) } },
  { DPoP: 'A proof by the key that the tokens are bound to (RFC 9449). Each serves one request.' },
);
