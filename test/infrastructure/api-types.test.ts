/** The types that clients import are those of the schemas. `npm run types` is what checks most of this. */
import type { InferInput, InferOutput } from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type {
  CallbackQuery,
  ErrorAnswer,
  ErrorCode,
  Impersonator,
  ListedSession,
  LoginQuery,
  SessionAnswer,
  SessionsAnswer,
} from 'gatehouse/api';
import type { callbackParameters } from '../../functions/callback/callback-parameters.ts';
import type { nativeParameters, tolerantParameters } from '../../functions/login/login-parameters.ts';
import type { loginParameters } from '../../functions/shared/http/login-parameters.ts';
import type { impersonator, sessionAnswer } from '../../functions/session/session-answer.ts';
import type { listedSession, sessionsAnswer } from '../../functions/sessions/sessions-answer.ts';
import type { AuthErrorCode } from '../../functions/shared/domain/auth-error.ts';
import type { errorAnswer } from '../../functions/shared/http/error-answer.ts';
import { apiTypes } from '../../lib/openapi/api-types.ts';
import { describeApi } from '../../lib/openapi.ts';

/** What may be left out is no `undefined` in a URL. */
type Given<Query> = { readonly [Name in keyof Query]-?: Exclude<Query[Name], undefined> };

describe('gatehouse/api', () => {
  it('has the answers as their schemas have them', () => {
    expectTypeOf<SessionAnswer>().toEqualTypeOf<InferOutput<typeof sessionAnswer>>();
    expectTypeOf<Impersonator>().toEqualTypeOf<InferOutput<typeof impersonator>>();
    expectTypeOf<SessionsAnswer>().toEqualTypeOf<InferOutput<typeof sessionsAnswer>>();
    expectTypeOf<ListedSession>().toEqualTypeOf<InferOutput<typeof listedSession>>();
    expectTypeOf<ErrorAnswer>().toEqualTypeOf<InferOutput<typeof errorAnswer>>();
  });

  it('has every code of an error', () => {
    expectTypeOf<ErrorCode>().toEqualTypeOf<AuthErrorCode>();
  });

  it('has the queries as the schemas that parse them', () => {
    type Login = InferInput<typeof loginParameters> &
      InferInput<typeof nativeParameters> &
      InferInput<typeof tolerantParameters>;
    expectTypeOf<Given<LoginQuery>>().toEqualTypeOf<Given<Login>>();
    expectTypeOf<Given<CallbackQuery>>().toEqualTypeOf<Given<InferInput<typeof callbackParameters>>>();
    expectTypeOf<object>().toExtend<LoginQuery>();
  });

  it('tells a session from a failure by what they say', () => {
    const read = (answer: SessionAnswer | ErrorAnswer): string => ('error' in answer ? answer.error : answer.name);
    expect(read({ error: 'unauthenticated', error_description: 'x', request_id: 'x' })).toBe('unauthenticated');
  });
});

describe('apiTypes()', () => {
  it('refuses a schema that it cannot say', () => {
    const document = describeApi();
    const components = { ...document.components, schemas: { Odd: { type: 'string', not: {} } as const, Other: {} } };
    expect(() => apiTypes({ ...document, components })).toThrow('no TypeScript for {}');
  });
});
