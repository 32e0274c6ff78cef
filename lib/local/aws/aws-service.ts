/** What the services of the local AWS have in common: a call, what its caller must be allowed to do, and the answer. */
import type { IncomingHttpHeaders } from 'node:http';
import type { RequestContext } from '../iam/condition.ts';

export interface AwsRequest {
  readonly method: string;
  /** Path and query exactly as sent: they are signed. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly context?: RequestContext;
}

export interface AwsCall {
  /** The caller needs all of them. */
  readonly permissions: readonly Permission[];
  run(): Promise<Reply>;
}

export interface AwsService {
  /** The name that the service has in a signature and in `LOCAL_FAULTS`. */
  readonly name: string;
  readonly throttlingCode: string;
  readonly accessDeniedStatus: 400 | 403;
  /** @throws AwsError when the request names no operation of this service. */
  operationOf(request: AwsRequest): string;
  /** Reads the request and changes nothing. @throws AwsError when it cannot be read or is not known here. */
  prepare(operation: string, request: AwsRequest): AwsCall;
}

/** An answer that the SDK turns into an exception of that name. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }

  toReply(): Reply {
    return {
      status: this.status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': this.code },
      body: JSON.stringify({ __type: this.code, message: this.message }),
    };
  }
}

export function unknownOperation(service: string, operation: string): AwsError {
  return new AwsError('UnknownOperationException', `The local cloud does not know ${service}.${operation}.`);
}
