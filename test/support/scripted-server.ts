/** A real HTTP server on this machine that answers as a test says, and remembers what it was asked. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Anything but a string goes out as JSON. */
  readonly body?: unknown;
}

/** `drop` closes the connection without a word. */
export type Respond = (request: ReceivedRequest, count: number) => ScriptedAnswer | 'drop' | Promise<ScriptedAnswer>;

export interface ScriptedServer {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
}

/** To be called inside a test: it ends with the test. */
export async function startScriptedServer(respond: Respond): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  const answerOne = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = '', url: target = '', headers } = incoming;
    const request = { method, target, headers, body: await text(incoming) };
    requests.push(request);
    const answer = await respond(request, requests.length);
    if (answer === 'drop') {
      incoming.socket.destroy();
      return;
    }
    const { status = 200, body = '' } = answer;
    const isText = typeof body === 'string';
    outgoing.setHeader('content-type', isText ? 'text/html' : 'application/json');
    for (const [name, value] of Object.entries(answer.headers ?? {})) outgoing.setHeader(name, value);
    outgoing.writeHead(status).end(isText ? body : JSON.stringify(body));
  };
  const url = await startServer((incoming, outgoing) => {
    void answerOne(incoming, outgoing);
  });
  return { url, requests };
}

/** A server without a script; it too ends with the test. */
export async function startServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  const url = await listenOnLoopback(server);
  onTestFinished(async () => {
    server.closeAllConnections();
    await closeServer(server);
  });
  return url;
}

/** An address where nobody listens. */
export async function unusedUrl(): Promise<string> {
  const server = createServer();
  const url = await listenOnLoopback(server);
  await closeServer(server);
  return url;
}

async function listenOnLoopback(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closeServer(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
  });
}
