/**
 * What runs in a function's process: takes events from the Lambda Runtime API, calls the handler and posts its answer, as
 * AWS's client for Node.js does. (That one, `aws-lambda-ric`, compiles C++ when it is installed.)
 *
 * Node's modules come through `process.getBuiltinModule`: an `import` of `node:http` loads undici, and then no test could
 * tell that a function's own code does.
 */
const http = process.getBuiltinModule('node:http');
const { existsSync } = process.getBuiltinModule('node:fs');
const { join } = process.getBuiltinModule('node:path');
const { pathToFileURL } = process.getBuiltinModule('node:url');

const { env } = process;
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const knownSockets = new WeakSet();

/** One connection for the whole life: when it closes, the local cloud is gone, perhaps killed, and so must this process be. */
function endWithConnection(socket) {
  if (knownSockets.has(socket)) return;
  knownSockets.add(socket);
  socket.once('close', () => process.exit(1));
}

function callRuntimeApi(method, path, body = '', headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host, port, method, path: `/2018-06-01/runtime/${path}`, agent, headers },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
        response.on('error', reject);
      },
    );
    request.once('socket', endWithConnection);
    request.on('error', reject);
    request.end(body);
  });
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}

/** @param what `init` or `invocation/<id>` */
async function postError(what, description) {
  await callRuntimeApi('POST', `${what}/error`, JSON.stringify(description), {
    'Lambda-Runtime-Function-Error-Type': description.errorType,
  });
}

function logError(headline, description) {
  console.error(`${headline}\t${JSON.stringify(description)}`);
}

class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = `Runtime.${name}`;
  }
}

async function loadHandler() {
  const [moduleName, exportName] = env._HANDLER.split('.');
  const stem = join(env.LAMBDA_TASK_ROOT, moduleName);
  const file = ['.mjs', '.js', '.cjs'].map((extension) => stem + extension).find((path) => existsSync(path));
  if (file === undefined) throw new RuntimeError('ImportModuleError', `Cannot find module '${moduleName}'`);
  const handler = (await import(pathToFileURL(file)))[exportName];
  if (typeof handler !== 'function') {
    throw new RuntimeError('HandlerNotFound', `${env._HANDLER} is undefined or not exported`);
  }
  if (handler.length > 2) {
    throw new RuntimeError('CallbackHandlerDeprecated', 'nodejs24.x has no callbacks: make the handler async');
  }
  return handler;
}

/** The second argument of a handler. */
function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

/** Tells the reader of our output that all of an invocation's has arrived: pipes and sockets keep no common order. */
async function markEndOfOutput(requestId) {
  const mark = (stream) => new Promise((resolve) => stream.write(`\0${requestId}\n`, resolve));
  await Promise.all([mark(process.stdout), mark(process.stderr)]);
}

/** What is under way, for an error that nobody caught. */
let current = 'init';
let isDying = false;

function dieOf(name) {
  return async (error) => {
    // What happens in the course of it, such as output that nobody reads any more, changes nothing.
    if (isDying) process.exit(1);
    isDying = true;
    const description = { ...describe(error), errorType: `Runtime.${name}` };
    logError('Uncaught', description);
    await postError(current, description);
    process.exit(1);
  };
}
process.on('uncaughtException', dieOf('UncaughtException'));
process.on('unhandledRejection', dieOf('UnhandledPromiseRejection'));

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  logError('Init Error', describe(error));
  await postError('init', describe(error));
  process.exit(1);
}

for (;;) {
  const { headers, body } = await callRuntimeApi('GET', 'invocation/next');
  const requestId = headers['lambda-runtime-aws-request-id'];
  current = `invocation/${requestId}`;
  env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  let answer;
  let failure;
  try {
    answer = JSON.stringify(await handler(JSON.parse(body), contextOf(headers))) ?? 'null';
  } catch (error) {
    failure = describe(error);
    logError('Invoke Error', failure);
  }
  await markEndOfOutput(requestId);
  if (failure) await postError(current, failure);
  else await callRuntimeApi('POST', `${current}/response`, answer);
}
