/** `GET /oauth/authorize` (RFC 6749 §4.1.1): an app's login, asked for and answered in OAuth's words. */
import { AuthError } from '../shared/domain/auth-error.ts';
import { isForeignSubresource, refusePrefetch } from '../shared/http/guards.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { type NativeFlowDependencies, startNativeFlow } from '../shared/http/start-native-flow.ts';
import { preferredLanguage } from '../shared/pages/language.ts';
import { nativeGuidePage } from '../shared/pages/native-guide-page.ts';
import { readAuthorizeRequest } from './authorize-parameters.ts';

export function oauthAuthorize(dependencies: NativeFlowDependencies): Endpoint {
  return async (request, exchange) => {
    refusePrefetch(request);
    // As at `/login`: a hundred images would each leave a cookie.
    if (isForeignSubresource(request)) throw new AuthError('invalid_request', 'a login is not a part of a page');

    const flow = { face: 'oauth', ...readAuthorizeRequest(request.query) } as const;
    const started = await startNativeFlow(dependencies, request, exchange, flow);
    if (!('missing' in started)) return started;
    const language = preferredLanguage(request.headers['accept-language']);
    return nativeGuidePage({ language, missing: started.missing, requestId: request.requestId });
  };
}
