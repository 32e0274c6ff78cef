/** A server on a free port that stands for a provider: routes, refusals and faults. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answering, respond } from '../faulty-answer.ts';
import type { Faults } from '../faults.ts';
import { listenOnLoopback } from '../loopback.ts';
import { type FrontRequest, json, readRequest, type Reply } from './http.ts';
import { Refusal } from './refusal.ts';

export interface FrontRoute {
  /** Under which `LOCAL_FAULTS` knows it. */
  readonly operation: string;
  readonly endpoint: (request: FrontRequest) => Reply | Promise<Reply>;
}

export interface FrontOptions {
  /** As `LOCAL_FAULTS` names it. */
  readonly target: 'github' | 'google' | 'workos';
  readonly faults: Faults;
  readonly failure: (operation: string, fault: Parameters<Answering['failure']>[0]) => Reply;
}

export interface Front {
  /** `http://localhost:<port>` */
  readonly url: string;
  readonly port: number;
  /** To be called once. Requests that came earlier have waited. */
  serve(route: (method: string, path: string) => FrontRoute): void;
  close(): Promise<void>;
}

/** @param port 0: any free one. */
export async function listenAsFront(port: number, { target, faults, failure }: FrontOptions): Promise<Front> {
  // As long as one waits for the next call: Node's own five seconds would cut what a provider keeps.
  const server = await listenOnLoopback(port, { keepAliveTimeout: 65_000 });
  const url = `http://localhost:${server.port}`;

  async function work(incoming: IncomingMessage, endpoint: FrontRoute['endpoint']): Promise<Reply> {
    try {
      return await endpoint(await readRequest(incoming, url));
    } catch (error) {
      if (error instanceof Refusal) return json(error.status, error.body, error.headers);
      console.error(`local ${target}:`, error);
      return json(500, { message: 'Internal Server Error' });
    }
  }

  return {
    url,
    port: server.port,
    serve(route) {
      async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
        const { operation, endpoint } = route(incoming.method ?? 'GET', incoming.url?.split('?')[0] ?? '/');
        await respond(response, faults.take(target, operation), {
          async work() {
            const reply = await work(incoming, endpoint);
            return { ...reply, headers: { 'x-request-id': randomUUID(), ...reply.headers } };
          },
          failure: (fault) => failure(operation, fault),
        });
      }
      server.handle((incoming, response) => {
        answer(incoming, response).catch((error: unknown) => {
          console.error(`local ${target}:`, error);
          response.destroy();
        });
      });
    },
    close: () => server.close(),
  };
}
