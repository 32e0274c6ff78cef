/** A request exactly as written, where `fetch` would tidy it up: odd paths, foreign Host headers, repeated lines. */
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { requireDocumented } from './documented-answers.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly setCookies: readonly string[];
  readonly body: string;
}

export interface RawRequest {
  readonly method?: string;
  /** With its query, sent as it is. */
  readonly path: string;
  /** In this order; a name may be there twice. `Host` is the URL's unless given. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

export async function sendRaw(origin: string, { method = 'GET', path, headers = [] }: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(origin);
  const hasHost = headers.some(([name]) => name.toLowerCase() === 'host');
  const lines = [...(hasHost ? [] : [['Host', host] as const]), ...headers].flat();
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers: lines, agent: false }, resolve);
    outgoing.on('error', reject);
    outgoing.end();
  });
  const { 'set-cookie': setCookies = [], ...rest } = answer.headers;
  const single = Object.entries(rest).map(([name, value]) => [name, value?.toString()] as const);
  const raw = {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(single),
    setCookies,
    body: await text(answer),
  };
  const [documentedPath = ''] = path.split('?', 1);
  requireDocumented(origin, { method, path: documentedPath }, { ...raw, headers: single });
  return raw;
}
