/** WorkOS's SDK, with the timeouts and the transport of a Lambda behind API Gateway. */
import { WorkOS } from '@workos-inc/node';
import type { Fetch } from '../outbound/fetch.ts';

/** The SDK would wait 60 s four times; API Gateway gives up after 30 s and our users much earlier. */
const timeoutMs = 4_000;

export function createWorkos(
  credentials: { readonly apiKey: string; readonly clientId: string },
  apiUrl: string,
  fetch: Fetch,
): WorkOS {
  const { protocol, hostname, port } = new URL(apiUrl);
  return new WorkOS({
    ...credentials,
    apiHostname: hostname,
    https: protocol === 'https:',
    ...(port !== '' && { port: Number(port) }),
    timeout: timeoutMs,
    // Its retries would replay a single-use code or refresh token behind our back.
    maxRetries: 0,
    // As much of fetch as the SDK uses: its flows in the tests run over this.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a whole Response would be undici's
    fetchFn: fetch as unknown as typeof globalThis.fetch,
  });
}
