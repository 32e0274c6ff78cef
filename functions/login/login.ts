/** `GET /login`: starts a sign-in at AuthKit for a browser or an app, or says why the last one failed. */
import { AuthError, toLoginErrorCode } from '../shared/domain/auth-error.ts';
import { parseReturnTo } from '../shared/domain/return-to.ts';
import { isForeignSubresource, refusePrefetch } from '../shared/http/guards.ts';
import { singleParameter } from '../shared/http/query.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { startFlow } from '../shared/http/start-flow.ts';
import { type NativeFlowDependencies, startNativeFlow } from '../shared/http/start-native-flow.ts';
import { errorPage } from '../shared/pages/error-page.ts';
import { preferredLanguage } from '../shared/pages/language.ts';
import { nativeGuidePage } from '../shared/pages/native-guide-page.ts';
import { parseNativeParameters, parseTolerantParameters } from './login-parameters.ts';

export interface LoginDependencies extends NativeFlowDependencies {
  readonly settings: NativeFlowDependencies['settings'] & { readonly webOrigins: readonly string[] };
}

export function login(dependencies: LoginDependencies): Endpoint {
  const { settings } = dependencies;
  return async (request, exchange) => {
    const { return_to: wanted, error } = parseTolerantParameters(request.query);
    const returnTo = parseReturnTo(wanted, settings);
    // A page and no redirect: a login that keeps failing must not go in circles.
    if (error !== undefined) {
      return errorPage({
        // 200: anyone can ask for this page, and what it says happened earlier.
        status: 200,
        code: toLoginErrorCode(error),
        language: preferredLanguage(request.headers['accept-language']),
        requestId: request.requestId,
        tryAgainHref: returnTo === undefined ? '/login' : `/login?${new URLSearchParams({ return_to: returnTo })}`,
      });
    }
    refusePrefetch(request);
    // Nobody sees AuthKit in an image. A hundred of them at once would each leave a cookie, more than fits into a request.
    if (isForeignSubresource(request)) throw new AuthError('invalid_request', 'a login is not a part of a page');

    const parameters = request.query;
    if (singleParameter(parameters, 'origin') !== 'native')
      return startFlow(dependencies, request, exchange, { returnTo, parameters });
    const flow = { face: 'gatehouse', app: parseNativeParameters(parameters), parameters } as const;
    const started = await startNativeFlow(dependencies, request, exchange, flow);
    if (!('missing' in started)) return started;
    const language = preferredLanguage(request.headers['accept-language']);
    return nativeGuidePage({ language, missing: started.missing, requestId: request.requestId });
  };
}
