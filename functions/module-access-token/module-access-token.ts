/**
 * Invoked by other backends through IAM, never over HTTP: an access token for what a user has connected.
 * `{userId, module}` → `{accessToken, expiresAt, scopes}`, or `{error, error_description}`.
 */
import * as v from 'valibot';
import { AuthError } from '../shared/domain/auth-error.ts';
import { type Log, logFailure } from '../shared/domain/log.ts';
import type { ModuleKeeper } from '../shared/domain/module-keeper.ts';
import { findModule, type Module } from '../shared/domain/modules.ts';
import type { Users } from '../shared/domain/users.ts';

export interface ModuleAccessTokenDependencies {
  readonly keeper: Pick<ModuleKeeper, 'access'>;
  readonly users: Pick<Users, 'isBarred'>;
  /** Those that the stage switches on. */
  readonly modules: readonly Module[];
}

const order = v.object({
  userId: v.pipe(v.string(), v.regex(/^usr_[0-9a-f]{32}$/)),
  module: v.pipe(v.string(), v.nonEmpty(), v.maxLength(64)),
});

/** What a caller may meet, with what to do about it. */
const sentences = {
  invalid_request: 'Give userId, as in a JWT’s sub, and module.',
  not_found: 'This stage has no such module.',
  module_not_connected: 'The user has not connected this module, or is gone.',
  reauthorization_required: 'The provider no longer accepts the grant. Let the user connect the module again.',
  temporarily_unavailable: 'Try again later.',
} as const;
type AccessErrorCode = keyof typeof sentences;

export type ModuleAccessAnswer =
  | {
      readonly accessToken: string;
      /** ISO 8601; null for one that does not expire. */
      readonly expiresAt: string | null;
      readonly scopes: readonly string[];
    }
  | {
      readonly error: AccessErrorCode;
      readonly error_description: string;
      /** With `temporarily_unavailable`, where the provider said so. */
      readonly retryAfterSeconds?: number;
    };

export function moduleAccessToken(
  dependencies: ModuleAccessTokenDependencies,
): (event: unknown, log: Log) => Promise<ModuleAccessAnswer> {
  const { keeper, users } = dependencies;
  return async (event, invocationLog) => {
    const asked = v.safeParse(order, event);
    if (!asked.success) return refusal('invalid_request');
    const { userId } = asked.output;
    const module = findModule(dependencies.modules, asked.output.module);
    if (!module) return refusal('not_found');
    const log = invocationLog.with({ userId, module: module.name });
    try {
      if (await users.isBarred(userId)) return refusal('module_not_connected');
      const { accessToken, expiresAt, scopes } = await keeper.access(userId, module, log);
      log.info('module.access_given', {});
      return { accessToken, expiresAt: expiresAt?.toISOString() ?? null, scopes };
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      logFailure(log, 'module.access_refused', error);
      const code = isAccessErrorCode(error.code) ? error.code : 'temporarily_unavailable';
      return refusal(code, error.retryAfterSeconds);
    }
  };
}

function isAccessErrorCode(code: string): code is AccessErrorCode {
  return Object.hasOwn(sentences, code);
}

function refusal(error: AccessErrorCode, retryAfterSeconds?: number): ModuleAccessAnswer {
  return { error, error_description: sentences[error], ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}
