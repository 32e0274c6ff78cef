/**
 * What the offline worker talks to, in a process of its own so that its CPU is not the worker's: dynalite, and a Google that
 * answers after as long as it is told. Prints where they are, as JSON; answers `GET /calls` with how often Google was asked.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import dynalite from 'dynalite';

const latencyMs = Number(process.argv[2] ?? 0);
const calls = { token: 0, history: 0, profile: 0 };

const answers: Readonly<Record<string, readonly [keyof typeof calls, object]>> = {
  '/token': ['token', { access_token: 'at', expires_in: 3599, scope: 'x', token_type: 'Bearer' }],
  '/gmail/v1/users/me/history': ['history', { historyId: '1000' }],
  '/gmail/v1/users/me/profile': ['profile', { emailAddress: 'a@example.com', messagesTotal: 7, historyId: '1000' }],
};

const google = createServer((request, response) => {
  const reply = async () => {
    const [status, body] = await answer(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  request.resume().once('end', () => void reply());
});

async function answer(url: string): Promise<readonly [number, object]> {
  if (url === '/calls') return [200, calls];
  const known = answers[url.split('?')[0] ?? ''];
  if (!known) return [404, {}];
  calls[known[0]] += 1;
  if (latencyMs > 0) await delay(latencyMs);
  return [200, known[1]];
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

google.keepAliveTimeout = 60_000;
const dynamoDb = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
process.stdout.write(`${JSON.stringify({ google: await listen(google), dynamoDb: await listen(dynamoDb) })}\n`);
