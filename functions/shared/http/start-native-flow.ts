/**
 * An app's login, at either of its faces. What is wrong with it is told to the app, unless that could be somebody else's: then
 * to the person in front of it.
 */
import { AuthError, toLoginErrorCode } from '../domain/auth-error.ts';
import type { AuthorizationRequestError } from '../domain/authorization-error.ts';
import { logFailure } from '../domain/log.ts';
import {
  failureRedirect,
  type NativeParameters,
  readNativeRequest,
  type RequiredNativeParameter,
} from '../domain/native-authorization.ts';
import type { NativeClient } from '../domain/native-clients.ts';
import type { AuthorizationFace } from '../domain/native-transaction.ts';
import type { HttpRequest } from './request.ts';
import { type HttpResponse, redirect } from './response.ts';
import type { Exchange } from './serve.ts';
import { type Flow, type FlowDependencies, startFlow } from './start-flow.ts';

export interface NativeFlowDependencies extends FlowDependencies {
  readonly settings: FlowDependencies['settings'] & {
    readonly publicUrl: string;
    readonly nativeClients: readonly NativeClient[];
  };
}

export interface NativeFlow extends Pick<Flow, 'parameters'> {
  readonly face: AuthorizationFace;
  readonly app: NativeParameters;
  /** What a face of its own rules finds wrong, to be told to the app. */
  readonly refusal?: { readonly error: AuthorizationRequestError; readonly parameter: string } | undefined;
}

/**
 * @returns `missing` where no app, or no way back to it, is named.
 * @throws AuthError `invalid_client`, `invalid_redirect_uri`
 */
export async function startNativeFlow(
  dependencies: NativeFlowDependencies,
  request: HttpRequest,
  exchange: Exchange,
  { face, app, refusal, parameters }: NativeFlow,
): Promise<HttpResponse | { readonly missing: readonly RequiredNativeParameter[] }> {
  const { nativeClients: clients, publicUrl: issuer } = dependencies.settings;
  const log = exchange.log.with({ origin: 'native' });
  const asked = readNativeRequest(app, { face, clients, issuer });
  if (asked.outcome === 'refused') throw new AuthError(asked.code, 'not in the settings of this stage');
  if (asked.outcome === 'incomplete') {
    const { missing } = asked;
    const error = new AuthError('invalid_request', `parameters of an app that are missing: ${missing.join(', ')}`);
    logFailure(exchange.log, 'request.failed', error);
    return { missing };
  }
  const { appReturn } = asked;
  if (refusal) {
    log.warn('login.failed', { code: refusal.error, parameter: refusal.parameter });
    return redirect(failureRedirect(appReturn, refusal.error, refusal.parameter));
  }
  try {
    if (asked.outcome === 'failed') {
      const field = asked.wrong.join(', ');
      throw new AuthError('invalid_request', `parameters of an app that are wrong: ${field}`, { field });
    }
    return await startFlow(dependencies, request, exchange, {
      returnTo: undefined,
      native: asked.transaction,
      parameters,
    });
  } catch (cause) {
    if (!(cause instanceof AuthError)) throw cause;
    logFailure(log, 'login.failed', cause);
    const code = cause.code === 'invalid_request' ? cause.code : toLoginErrorCode(cause.code);
    return redirect(failureRedirect(appReturn, code, cause.field));
  }
}
