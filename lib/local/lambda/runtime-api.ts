/** The Lambda Runtime API of one instance: hands events to its bootstrap and takes the answers. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as v from 'valibot';
import { type FunctionError, runtimeErrors } from './outcome.ts';

export interface Invocation {
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
  readonly functionArn: string;
  readonly traceId: string;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
}

export type Report = { readonly answer: string } | { readonly error: FunctionError };

export interface RuntimeApi {
  /** `host:port`, for `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** `undefined` once the handler is loaded, or why it could not be. Pending when the process dies before either. */
  readonly initialised: Promise<FunctionError | undefined>;
  /** One at a time. Pending when the process dies before it reports. */
  deliver(invocation: Invocation): Promise<Report>;
  /** Cuts the connection, on which a living bootstrap ends itself. */
  close(): void;
}

const prefix = '/2018-06-01/runtime/';

/** What Lambda takes as an answer at most: 6 MB and a little. */
const maxAnswerBytes = 6_291_556;

const ReportedError = v.object({
  errorType: v.string(),
  errorMessage: v.string(),
  trace: v.optional(v.array(v.string())),
});

export async function startRuntimeApi(): Promise<RuntimeApi> {
  const initialised = Promise.withResolvers<FunctionError | undefined>();
  /** Whichever comes first waits for the other: the bootstrap's question for the next event, or that event. */
  let asking: ServerResponse | undefined;
  let next: Invocation | undefined;
  let current: { readonly requestId: string; readonly report: (report: Report) => void } | undefined;

  function meet(): void {
    if (asking === undefined || next === undefined) return;
    asking.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': next.requestId,
      'Lambda-Runtime-Deadline-Ms': next.deadlineMs,
      'Lambda-Runtime-Invoked-Function-Arn': next.functionArn,
      'Lambda-Runtime-Trace-Id': next.traceId,
    });
    asking.end(next.event);
    asking = next = undefined;
  }

  function finish(requestId: string, response: ServerResponse, report: Report): void {
    if (current?.requestId !== requestId) return reply(response, 400, { errorType: 'InvalidRequestID' });
    const { report: pass } = current;
    current = undefined;
    reply(response, 202, { status: 'OK' });
    pass(report);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = request.url?.startsWith(prefix) ? request.url.slice(prefix.length) : '';
    if (operation === 'invocation/next') {
      asking = response;
      initialised.resolve(undefined);
      return meet();
    }
    const body = await buffer(request);
    if (operation === 'init/error') {
      initialised.resolve(parseError(body));
      return reply(response, 202, { status: 'OK' });
    }
    const [, requestId, outcome] = /^invocation\/([^/]+)\/(response|error)$/.exec(operation) ?? [];
    if (requestId === undefined) return reply(response, 404, { errorType: 'UnknownOperation' });
    if (outcome === 'error') return finish(requestId, response, { error: parseError(body) });
    if (body.length > maxAnswerBytes) {
      return finish(requestId, response, { error: runtimeErrors.answerTooLarge(maxAnswerBytes) });
    }
    finish(requestId, response, { answer: body.toString() });
  }

  // No limit on idle time: the connection has to outlast every pause between two events.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');

  return {
    address: `127.0.0.1:${address.port}`,
    initialised: initialised.promise,
    deliver(invocation) {
      if (current !== undefined) throw new Error('an instance takes one event at a time');
      const report = Promise.withResolvers<Report>();
      current = { requestId: invocation.requestId, report: report.resolve };
      next = invocation;
      meet();
      return report.promise;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function parseError(body: Buffer): FunctionError {
  const { errorType, errorMessage, trace } = v.parse(ReportedError, JSON.parse(body.toString()));
  return { errorType, errorMessage, ...(trace && { trace }) };
}
