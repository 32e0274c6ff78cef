/** What an endpoint says of itself for the OpenAPI document, in its `openapi.ts`. Nothing that runs in Lambda imports it. */
import type * as v from 'valibot';
import type { AuthErrorCode } from '../domain/auth-error.ts';
import type { ErrorForm, Replies } from './reply.ts';

export interface Answers {
  readonly summary: string;
  /** CommonMark. */
  readonly description?: string;
  readonly replies: Replies;
  /** Beside what any endpoint may fail with. */
  readonly errors: { readonly form: ErrorForm; readonly codes: readonly AuthErrorCode[] };
  /** Which cookies its answers may set. */
  readonly cookies?: 'session' | 'login' | 'both';
}

export interface Operation extends Answers {
  /** Unique; generators of clients name a function so. */
  readonly id: string;
  /** Whether it looks at the session's cookie, and whether it goes without. */
  readonly session: 'ignored' | 'optional' | 'required';
  /** Whether a native app's JWT does in its place. */
  readonly takesTokens?: true;
  readonly path?: Parameters;
  readonly query?: Parameters;
  readonly header?: Parameters;
  /** What it takes, by media type. */
  readonly body?: Readonly<Record<string, v.GenericSchema>>;
}

/** By route, as in the service stack: `GET /login`. */
export type Operations = Readonly<Record<`${'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT'} /${string}`, Operation>>;

/** An endpoint's `openapi.ts` as a module. */
export interface EndpointDescription {
  readonly operations: Operations;
  /** Those that clients may want by name; the document has each once, and the TypeScript types are made of them. */
  readonly schemas?: Readonly<Record<string, v.GenericSchema>>;
}

export interface Parameters {
  readonly entries: v.ObjectEntries;
  readonly descriptions: Readonly<Record<string, string>>;
}

/** The schema that parses them, and a sentence for each: one without does not compile. */
export function parameters<const Entries extends v.ObjectEntries>(
  { entries }: { readonly entries: Entries },
  descriptions: Readonly<Record<keyof Entries & string, string>>,
): Parameters {
  return { entries, descriptions };
}
