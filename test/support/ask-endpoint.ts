/** Asks an endpoint as API Gateway would, through `serve()`, and gives back what a browser and an operator see. */
import type { ErrorReply } from '../../functions/shared/http/errors.ts';
import { type Endpoint, serve } from '../../functions/shared/http/serve.ts';
import { pageError } from '../../functions/shared/pages/page-error.ts';
import { apiGatewayEvent, type RequestOptions } from './api-gateway-event.ts';
import { type CollectedLog, collectLog } from './collected-log.ts';

export interface EndpointAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | boolean>>;
  readonly location: string | undefined;
  /** One complete `Set-Cookie` value each. */
  readonly cookies: readonly string[];
  readonly body: string;
  readonly log: CollectedLog;
}

/** Takes an endpoint's errors as pages unless told otherwise. */
export async function askEndpoint(
  endpoint: Endpoint,
  target: string,
  options: RequestOptions & { readonly errors?: ErrorReply } = {},
): Promise<EndpointAnswer> {
  const { errors = pageError, ...request } = options;
  const log = collectLog();
  const answer = await serve(endpoint, { log, errors })(apiGatewayEvent(target, request));
  const { statusCode = 0, headers = {}, cookies = [], body = '' } = answer;
  const { location } = headers;
  return { status: statusCode, headers, location: location?.toString(), cookies, body, log };
}
