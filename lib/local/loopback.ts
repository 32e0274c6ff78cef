/** One HTTP server on `localhost`, which browsers resolve to either family: the same port of 127.0.0.1 and, where there is one, ::1. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import * as v from 'valibot';

export interface LoopbackServer {
  readonly port: number;
  /** To be called once. Requests that came earlier have waited. */
  handle(listener: RequestListener): void;
  /** Cuts what is open; resolves when nothing listens any more, as often as asked. */
  close(): Promise<void>;
}

const SystemError = v.object({ code: v.string() });

/**
 * @param port 0: any port that is free in both families.
 * @throws Error `EADDRINUSE` when the port is taken.
 */
export async function listenOnLoopback(port: number, options: ServerOptions = {}): Promise<LoopbackServer> {
  const handler = Promise.withResolvers<RequestListener>();
  const listen = async (host: string, boundPort: number): Promise<Server> => {
    const server = createServer(options, (request, response) => {
      void handler.promise.then((handle) => handle(request, response));
    });
    server.listen({ host, port: boundPort });
    await once(server, 'listening');
    return server;
  };
  const serving = (servers: readonly Server[], boundPort: number): LoopbackServer => {
    let closing: Promise<void> | undefined;
    return { port: boundPort, handle: handler.resolve, close: () => (closing ??= closeAll(servers)) };
  };

  for (let attempt = 1; ; attempt += 1) {
    const ipv4 = await listen('127.0.0.1', port);
    const boundPort = portOf(ipv4);
    try {
      return serving([ipv4, await listen('::1', boundPort)], boundPort);
    } catch (error) {
      const code = v.is(SystemError, error) ? error.code : undefined;
      // A machine without IPv6 resolves localhost to 127.0.0.1 alone.
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return serving([ipv4], boundPort);
      await closeAll([ipv4]);
      if (port !== 0 || code !== 'EADDRINUSE' || attempt === 10) throw error;
    }
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }),
  );
}
