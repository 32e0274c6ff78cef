/** One HTTP server on `localhost`: the same port of 127.0.0.1 and, where the machine has it, ::1. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import * as v from 'valibot';

export interface LoopbackServer {
  readonly port: number;
  /** To be called once, at once: until then requests hang. */
  handle(listener: RequestListener): void;
  /** Cuts what is open; resolves when nothing listens any more. */
  close(): Promise<void>;
}

/**
 * @param port 0: any port that is free in both families.
 * @throws Error when the port is taken.
 */
export async function listenOnLoopback(port: number): Promise<LoopbackServer> {
  for (let attempt = 1; ; attempt += 1) {
    const ipv4 = await listen('127.0.0.1', port);
    const address = ipv4.address();
    if (address === null || typeof address === 'string') throw new Error('no port to listen on');
    try {
      const ipv6 = await listen('::1', address.port);
      return loopbackServer(address.port, [ipv4, ipv6]);
    } catch (error) {
      const code = v.is(SystemError, error) ? error.code : undefined;
      // A machine without IPv6 resolves localhost to 127.0.0.1 alone.
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') {
        return loopbackServer(address.port, [ipv4]);
      }
      await closeAll([ipv4]);
      if (port !== 0 || code !== 'EADDRINUSE' || attempt === 10) throw error;
    }
  }
}

const SystemError = v.looseObject({ code: v.string() });

function loopbackServer(port: number, servers: readonly Server[]): LoopbackServer {
  return {
    port,
    handle(listener) {
      for (const server of servers) server.on('request', listener);
    },
    close: () => closeAll(servers),
  };
}

async function listen(host: string, port: number): Promise<Server> {
  const server = createServer();
  server.listen({ host, port });
  await once(server, 'listening');
  return server;
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
