/** An event for a function that nobody wrote one for: what its route would get from a browser without cookies. */
import { randomBytes } from 'node:crypto';
import { createRouteMatcher } from './gateway/match-route.ts';
import { toProxyEvent } from './gateway/proxy-event.ts';

/**
 * @param routeKeys of the function; a `GET` is preferred
 * @param origin of the local cloud
 * @returns `{}` for a function without a route.
 */
export function sampleEvent(routeKeys: readonly string[], origin: string): object {
  const routeKey = routeKeys.find((key) => key.startsWith('GET ')) ?? routeKeys[0];
  if (routeKey === undefined) return {};
  const [method = 'GET', pattern = '/'] = routeKey === '$default' ? ['GET', '/no-such-path'] : routeKey.split(' ');
  const path = pattern.replaceAll(/\{(\w+)\+?\}/g, '$1');
  const route = { routeKey, functionName: '', timeoutMs: 0, throttling: undefined, authorization: undefined };
  const match = createRouteMatcher([route])(method, path);
  if (!match) throw new Error(`${routeKey} does not match ${method} ${path}`);
  const { host, port } = new URL(origin);
  const request = {
    method: method === 'ANY' ? 'GET' : method,
    path,
    query: '',
    protocol: 'HTTP/1.1',
    headers: [
      ['host', host],
      ['accept', 'text/html, application/json'],
      ['user-agent', 'npm run invoke'],
    ],
    sourceIp: '127.0.0.1',
    requestId: randomBytes(11).toString('base64'),
    receivedAt: new Date(),
  } as const;
  return toProxyEvent(request, Buffer.alloc(0), match, {
    apiId: 'sample',
    accountId: '000000000000',
    port: Number(port),
  });
}
