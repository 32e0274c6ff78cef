/**
 * Outbound HTTP for WorkOS and the providers: as much of `fetch` as their SDKs use, over node:https with kept connections.
 * The global `fetch` would load undici, which costs a bare function a second cold start. Redirects are never followed:
 * a server-side OAuth call that is redirected is an attack or a mistake.
 */
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

const maxAnswerBytes = 1024 * 1024;

export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface FetchAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly headers: AnswerHeaders;
  text(): Promise<string>;
}

export type Fetch = (url: string | URL, options?: FetchOptions) => Promise<FetchAnswer>;

class AnswerHeaders {
  readonly #raw: IncomingMessage['headers'];
  constructor(raw: IncomingMessage['headers']) {
    this.#raw = raw;
  }
  /** As `Headers.get`: any case; repeated headers joined by `, `; `null` when absent. */
  get(name: string): string | null {
    const value = this.#raw[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  }
}

export function createFetch(): Fetch {
  const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };
  return async (url, options = {}) => {
    const target = new URL(url);
    const isSecure = target.protocol === 'https:';
    const body = options.body === undefined ? undefined : Buffer.from(options.body);
    const send = (): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const outgoing = (isSecure ? httpsRequest : httpRequest)(target, {
          method: options.method ?? 'GET',
          headers: { ...options.headers, ...(body && { 'content-length': String(body.length) }) },
          agent: agents[isSecure ? 'https:' : 'http:'],
          ...(options.signal && { signal: options.signal }),
        });
        outgoing.once('response', resolve);
        outgoing.once('error', (error: NodeJS.ErrnoException) => {
          // A kept connection that the other side closed while this instance was frozen: nothing was read, so ask again on a new one.
          if (outgoing.reusedSocket && error.code === 'ECONNRESET') send().then(resolve, reject);
          else reject(error);
        });
        outgoing.end(body);
      });
    const answer = await send();
    const text = await readBody(answer);
    const status = answer.statusCode ?? 0;
    return {
      ok: status >= 200 && status < 300,
      status,
      statusText: answer.statusMessage ?? '',
      headers: new AnswerHeaders(answer.headers),
      text: () => Promise.resolve(text),
    };
  };
}

async function readBody(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) {
      answer.destroy();
      throw new Error('answer too large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
