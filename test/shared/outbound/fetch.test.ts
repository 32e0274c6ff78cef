/** Against real servers on this machine: what matters here is what sockets do. */
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFetch } from '../../../functions/shared/outbound/fetch.ts';
import { createWorkos } from '../../../functions/shared/workos/workos-client.ts';
import { localhostCertificate, localhostKey } from '../../support/localhost-certificate.ts';
import { startScriptedServer, startServer, unusedUrl } from '../../support/scripted-server.ts';

const fetch = createFetch();
const mebibyte = 1024 * 1024;

describe('createFetch()', () => {
  it('sends method, headers and body, and gives status, headers and body', async () => {
    const { url, requests } = await startScriptedServer(() => ({ status: 201, body: { a: ['ü'] } }));
    const answer = await fetch(`${url}/path?query=1`, {
      method: 'POST',
      headers: { 'X-Thing': 'thing', 'Content-Type': 'text/plain' },
      body: 'Zoë',
    });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        target: '/path?query=1',
        headers: { 'x-thing': 'thing', 'content-type': 'text/plain', 'content-length': '4' },
        body: 'Zoë',
      },
    ]);
    expect(answer).toMatchObject({ ok: true, status: 201, statusText: 'Created' });
    expect(await answer.text()).toBe('{"a":["ü"]}');
  });

  it('asks with GET and no body unless told otherwise', async () => {
    const { url, requests } = await startScriptedServer(() => ({}));
    await fetch(new URL(url));
    expect(requests).toMatchObject([{ method: 'GET', target: '/', body: '' }]);
    expect(requests[0]?.headers).not.toHaveProperty('content-length');
    expect(requests[0]?.headers).not.toHaveProperty('transfer-encoding');
  });

  it.each([
    [200, true],
    [204, true],
    [299, true],
    [300, false],
    [400, false],
    [503, false],
  ])('with status %d is ok: %j', async (status, ok) => {
    const { url } = await startScriptedServer(() => ({ status }));
    expect(await fetch(url)).toMatchObject({ status, ok });
  });

  it('follows no redirect', async () => {
    const elsewhere = await startScriptedServer(() => ({}));
    for (const status of [301, 302, 303, 307, 308]) {
      const { url, requests } = await startScriptedServer(() => ({ status, headers: { location: elsewhere.url } }));
      const answer = await fetch(url, { method: 'POST', body: 'secret' });
      expect(answer).toMatchObject({ ok: false, status });
      expect(answer.headers.get('location')).toBe(elsewhere.url);
      expect(requests).toHaveLength(1);
    }
    expect(elsewhere.requests).toStrictEqual([]);
  });

  it('reads headers by any case, joins repeated ones, and gives null for none', async () => {
    const headers = { 'Retry-After': '7', 'X-Many': ['a', 'b'], 'Set-Cookie': ['a=1', 'b=2'] };
    const { url } = await startScriptedServer(() => ({ headers }));
    const answer = await fetch(url);
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(answer.headers.get('RETRY-AFTER')).toBe('7');
    expect(answer.headers.get('X-Many')).toBe('a, b');
    expect(answer.headers.get('Set-Cookie')).toBe('a=1, b=2');
    expect(answer.headers.get('X-Request-ID')).toBeNull();
  });

  it('puts together characters that arrive in pieces', async () => {
    const body = '陳'.repeat(100_000);
    const { url } = await startScriptedServer(() => ({ body }));
    expect(await (await fetch(url)).text()).toBe(body);
  });

  it('reads up to a mebibyte, and gives up on more', async () => {
    const { url } = await startScriptedServer(({ target }) => ({ body: 'x'.repeat(Number(target.slice(1))) }));
    expect((await (await fetch(`${url}/${mebibyte}`)).text()).length).toBe(mebibyte);
    await expect(fetch(`${url}/${mebibyte + 1}`)).rejects.toThrow('answer too large');
  });

  it('gives up on an answer that never ends once it is too large', async () => {
    const url = await startServer((_request, response) => {
      const more = (): void => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    });
    await expect(fetch(url)).rejects.toThrow('answer too large');
  });

  it('fails when the answer breaks off', async () => {
    const url = await startServer((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => request.socket.destroy());
    });
    await expect(fetch(url)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('fails when nobody listens', async () => {
    await expect(fetch(await unusedUrl())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a kept connection', () => {
  it('serves the next request too', async () => {
    const ports: (number | undefined)[] = [];
    const url = await startServer((request, response) => {
      ports.push(request.socket.remotePort);
      response.end();
    });
    await fetch(url);
    await fetch(url);
    expect(ports).toStrictEqual([ports[0], ports[0]]);
  });

  it('that the other side has closed meanwhile is replaced by a new one, and the request sent again', async () => {
    const { url, requests } = await startScriptedServer((_request, count) =>
      count === 2 ? 'drop' : { body: { count } },
    );
    await fetch(url);
    const answer = await fetch(url, { method: 'POST', body: 'the same body' });
    expect(await answer.text()).toBe('{"count":3}');
    expect(requests.map(({ method, body }) => `${method} ${body}`)).toStrictEqual([
      'GET ',
      'POST the same body',
      'POST the same body',
    ]);
  });

  it('that fails again when it is new is given up', async () => {
    const { url, requests } = await startScriptedServer((_request, count) => (count === 1 ? {} : 'drop'));
    await fetch(url);
    await expect(fetch(url)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requests).toHaveLength(3);
  });

  it('is the only kind on which a request is sent again', async () => {
    const { url, requests } = await startScriptedServer(() => 'drop');
    await expect(createFetch()(url)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requests).toHaveLength(1);
  });
});

describe('an abort signal', () => {
  it('ends a request that has no answer yet', async () => {
    const controller = new AbortController();
    const url = await startServer(() => controller.abort());
    await expect(fetch(url, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('ends an answer that has stalled', async () => {
    const controller = new AbortController();
    const url = await startServer((_request, response) => {
      response.write('half', () => controller.abort());
    });
    await expect(fetch(url, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('keeps a request from being sent at all when it is aborted before', async () => {
    const { url, requests } = await startScriptedServer(() => ({}));
    await expect(fetch(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    expect(requests).toStrictEqual([]);
  });
});

describe('over https', () => {
  async function startHttpsServer(): Promise<string> {
    const server = createHttpsServer({ cert: localhostCertificate, key: localhostKey }, (request, response) => {
      response.end(`${request.method} over TLS`);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    });
    return `https://localhost:${(server.address() as AddressInfo).port}`;
  }

  it('talks to no server whose certificate it does not trust', async () => {
    await expect(fetch(await startHttpsServer())).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('talks to one that it does', async () => {
    const trusted = getCACertificates();
    onTestFinished(() => setDefaultCACertificates(trusted));
    setDefaultCACertificates([localhostCertificate]);
    const answer = await createFetch()(await startHttpsServer());
    expect(await answer.text()).toBe('GET over TLS');
  });
});

describe('the WorkOS SDK over createFetch()', () => {
  const credentials = { apiKey: 'sk_test_1', clientId: 'client_1' };

  it('sends its requests and understands the answers', async () => {
    const { url, requests } = await startScriptedServer(() => ({
      body: { object: 'user', id: 'user_1', email: 'alice@example.com', first_name: 'Alice' },
    }));
    const user = await createWorkos(credentials, url, fetch).userManagement.getUser('user_1');
    expect(user).toMatchObject({ id: 'user_1', email: 'alice@example.com', firstName: 'Alice' });
    expect(requests).toMatchObject([
      { method: 'GET', target: '/user_management/users/user_1', headers: { authorization: 'Bearer sk_test_1' } },
    ]);
  });

  it('understands refusals, and tries nothing twice', async () => {
    const headers = { 'retry-after': '3', 'x-request-id': 'req_1' };
    const { url, requests } = await startScriptedServer(() => ({
      status: 429,
      headers,
      body: { message: 'slow down' },
    }));
    const { userManagement } = createWorkos(credentials, url, fetch);
    await expect(userManagement.authenticateWithRefreshToken({ refreshToken: 'r' })).rejects.toMatchObject({
      name: 'RateLimitExceededException',
      retryAfter: 3,
      requestID: 'req_1',
    });
    expect(requests).toHaveLength(1);
  });
});
