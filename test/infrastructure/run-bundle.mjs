/** Loads a bundle as Lambda would, answers one request or message, and when all is quiet says what Node has loaded by then. */
const [bundle, path] = process.argv.slice(2);

/** For a queue's worker: of WorkOS's events, or of mailboxes' turns. */
const message = {
  userId: 'usr_1',
  id: 'event_1',
  event: 'user.deleted',
  data: { id: 'user_1' },
  created_at: '2026-11-22T10:00:00.000Z',
};

const { handler } = await import(bundle);
const event = {
  version: '2.0',
  routeKey: `GET ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: { host: 'localhost:3000' },
  requestContext: {
    http: { method: 'GET', path, sourceIp: '192.0.2.1' },
    requestId: 'a-request',
    routeKey: `GET ${path}`,
  },
  isBase64Encoded: false,
  Records: [{ messageId: 'message_1', body: JSON.stringify(message) }],
};
const answer = await handler(event, { getRemainingTimeInMillis: () => 60_000 });
// A worker says what it could not do, a job what it did; whoever throws ends the process.
const status = answer.statusCode ?? (answer.batchItemFailures?.length > 0 ? 500 : 200);

process.once('exit', () => {
  const loadsUndici = process.moduleLoadList.some((module) => module.includes('undici'));
  console.log(JSON.stringify({ loadsUndici, status }));
});
