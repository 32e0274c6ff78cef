/** Loads a bundle as Lambda would, answers one request, and when all is quiet says what Node has loaded by then. */
const [bundle, path] = process.argv.slice(2);

const { handler } = await import(bundle);
const { statusCode: status } = await handler({
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
});

process.once('exit', () => {
  const loadsUndici = process.moduleLoadList.some((module) => module.includes('undici'));
  console.log(JSON.stringify({ loadsUndici, status }));
});
