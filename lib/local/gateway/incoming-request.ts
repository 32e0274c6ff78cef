/** What reaches the gateway, before any function sees it. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { finished } from 'node:stream/promises';

export interface GatewayRequest {
  readonly method: string;
  /** As sent. */
  readonly path: string;
  /** Without `?`, as sent. */
  readonly query: string;
  readonly protocol: string;
  /** As sent, in that order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly sourceIp: string;
  readonly requestId: string;
  readonly receivedAt: Date;
}

export const maxHeaderBytes = 10_240;
export const maxBodyBytes = 10 * 1024 * 1024;

export function readRequest(incoming: IncomingMessage, receivedAt: Date): GatewayRequest {
  const { method = 'GET', url = '', rawHeaders } = incoming;
  const [path = '', ...query] = url.split('?');
  return {
    method,
    path,
    query: query.join('?'),
    protocol: `HTTP/${incoming.httpVersion}`,
    headers: Array.from({ length: rawHeaders.length / 2 }, (_, index) => [
      rawHeaders[index * 2] ?? '',
      rawHeaders[index * 2 + 1] ?? '',
    ]),
    sourceIp: (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    // As long as API Gateway's own, and in their alphabet.
    requestId: randomBytes(11).toString('base64'),
    receivedAt,
  };
}

/** By name in lower case; repeated headers joined by a comma. */
export function joinHeaders({ headers }: GatewayRequest): Readonly<Record<string, string>> {
  const joined = new Map<string, string>();
  for (const [sentName, value] of headers) {
    const name = sentName.toLowerCase();
    const earlier = joined.get(name);
    joined.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(joined);
}

/** The request line and the header lines. */
export function headerBytes({ method, path, query, protocol, headers }: GatewayRequest): number {
  const target = query === '' ? path : `${path}?${query}`;
  const lines = [`${method} ${target} ${protocol}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.byteLength(lines.join('\r\n'), 'latin1');
}

/** API Gateway answers to its own names alone. An address is no name: nobody's page can have one point here. */
export function isOurs(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || isIP(name) !== 0;
}

/** @returns `undefined` when there is more than the gateway takes; it has been read then, so that the client can be told. */
export async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  });
  await finished(incoming);
  return bytes <= maxBodyBytes ? Buffer.concat(chunks) : undefined;
}
