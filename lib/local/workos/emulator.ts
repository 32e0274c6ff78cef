/** The official WorkOS emulator behind the front: it keeps users, organizations and memberships. */
import { randomBytes } from 'node:crypto';
import { createEmulator } from 'workos/emulate';
import type { FrontRequest, Reply } from '../front/http.ts';

export interface Emulator {
  /** Reads or writes an API resource. @throws Error when the emulator does not answer with success. */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** Hands a request on as it came, under the emulator's own key. */
  forward(request: FrontRequest): Promise<Reply>;
  close(): Promise<void>;
}

export type EmulatorSeed = NonNullable<NonNullable<Parameters<typeof createEmulator>[0]>['seed']>;

/** The key is random: the emulator listens on every interface, and nothing but the front is to speak to it. */
export async function startEmulator(seed: EmulatorSeed): Promise<Emulator> {
  const apiKey = `sk_${randomBytes(24).toString('base64url')}`;
  const emulator = await createEmulator({
    port: 0,
    seed: { ...seed, apiKeys: { [apiKey]: { environment: 'local' } } },
  });
  const origin = `http://127.0.0.1:${emulator.port}`;

  return {
    async call(method, path, body) {
      const response = await fetch(`${origin}${path}`, {
        method,
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`the WorkOS emulator answered ${method} ${path} with ${response.status}`);
      return response.status === 204 ? undefined : response.json();
    },
    async forward(request) {
      const response = await fetch(`${origin}${request.url.pathname}${forwardedQuery(request.url)}`, {
        method: request.method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': request.headers['content-type'] ?? 'application/json',
        },
        body: request.method === 'GET' || request.method === 'HEAD' ? null : new Uint8Array(request.body),
      });
      const contentType = response.headers.get('content-type');
      return {
        status: response.status,
        headers: contentType === null ? {} : { 'content-type': contentType },
        body: Buffer.from(await response.arrayBuffer()),
      };
    },
    close: () => emulator.close(),
  };
}

/** WorkOS takes `statuses=active,pending`, which the SDK sends; the emulator reads only repeated `statuses[]`. */
function forwardedQuery(url: URL): string {
  const query = new URLSearchParams(url.search);
  for (const status of query.getAll('statuses').flatMap((list) => list.split(','))) query.append('statuses[]', status);
  query.delete('statuses');
  return query.size === 0 ? '' : `?${query}`;
}
