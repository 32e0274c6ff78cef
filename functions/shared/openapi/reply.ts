/** What an operation may answer, status by status. */
import * as v from 'valibot';
import { AuthError, type AuthErrorCode } from '../domain/auth-error.ts';
import { errorAnswer, errorCode } from '../http/error-answer.ts';
import { publicError } from '../http/errors.ts';
import { inOAuthWords, publicOAuthError } from '../http/oauth-error.ts';
import type { HeaderName } from './headers.ts';

export interface Reply {
  readonly description: string;
  /** Schemas by media type. Without any the body is empty. */
  readonly content?: Readonly<Record<string, v.GenericSchema>>;
  /** Beside those that every answer has. */
  readonly headers?: readonly HeaderName[];
}

export type Replies = Readonly<Record<number, Reply>>;

/** Named for the document, as those of an endpoint are. */
export const schemas = { ErrorAnswer: errorAnswer, ErrorCode: errorCode };

/**
 * How a failure is told: as JSON, as a page, or as a page to those who ask for HTML and as JSON to everyone else; with
 * `oauth` in the words and with the statuses of RFC 6749.
 */
export type ErrorForm = 'json' | 'page' | 'either' | 'oauth' | 'oauth json' | 'oauth page';

const jsonType = 'application/json';
const pageType = 'text/html; charset=utf-8';
const pageHeaders = ['ContentSecurityPolicy', 'ReferrerPolicy'] as const;

export function jsonReply(description: string, schema: v.GenericSchema): Reply {
  return { description, content: { [jsonType]: schema } };
}

export function pageReply(description: string): Reply {
  return { description, content: { [pageType]: v.string() }, headers: pageHeaders };
}

export function redirectReply(description: string): Reply {
  return { description, headers: ['Location'] };
}

const formHeaders = {
  json: [],
  page: pageHeaders,
  either: ['ContentSecurityPolicyOfPage', 'ReferrerPolicyOfPage'],
  oauth: [],
  'oauth json': [],
  'oauth page': pageHeaders,
} as const satisfies Record<ErrorForm, readonly HeaderName[]>;

/** Any endpoint may fail like this: `serve()` refuses large bodies, and turns what nobody foresaw into a 503. */
const everywhere: readonly AuthErrorCode[] = ['payload_too_large', 'temporarily_unavailable'];

/** Failures by code, put together by the status that each code has. */
export function errorReplies(form: ErrorForm, codes: readonly AuthErrorCode[]): Replies {
  const failures = [...codes, ...everywhere].map((code) => tell(form, new AuthError(code, '')));
  const byCode = new Map(failures.map((failure) => [failure.code, failure]));
  const byStatus = Map.groupBy(byCode.values(), ({ status }) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => {
      const description = group.map((each) => `\`${each.code}\`: ${each.description}`).join('\n\n');
      const hasRetryAfter = group.some(({ headers }) => 'retry-after' in headers);
      const content = errorContent(
        form,
        group.map(({ code }) => code),
      );
      const headers: readonly HeaderName[] = [
        ...formHeaders[form],
        ...(hasRetryAfter ? (['RetryAfter'] as const) : []),
        ...(status === 405 ? (['Allow'] as const) : []),
      ];
      return [status, { description, content, headers }];
    }),
  );
}

function tell(form: ErrorForm, error: AuthError) {
  if (form === 'oauth') return publicOAuthError(error);
  const told = form === 'oauth json' || form === 'oauth page' ? inOAuthWords(error) : error;
  return { ...publicError(told), code: told.code };
}

function errorContent(form: ErrorForm, codes: readonly AuthErrorCode[]): Record<string, v.GenericSchema> {
  const json = v.intersect([errorAnswer, v.object({ error: v.picklist(codes) })]);
  const isPage = form === 'page' || form === 'oauth page';
  return {
    ...(!isPage && { [jsonType]: json }),
    ...((isPage || form === 'either') && { [pageType]: v.string() }),
  };
}
