/** Gatehouse on this machine: runs what a cloud assembly of the stage `local` describes, with an AWS and a WorkOS of its own. */
import { randomBytes } from 'node:crypto';
import { readAssembly } from './assembly.ts';
import { type AwsEndpoint, awsServerOptions, awsUrl, startAwsEndpoint } from './aws/endpoint.ts';
import { startBackgroundWork } from './background-work.ts';
import { Faults } from './faults.ts';
import { startFronts } from './fronts.ts';
import { fullName } from './function-names.ts';
import { createGateway, gatewayServerOptions, type RequestEntry } from './gateway.ts';
import { type HttpApi, readHttpApi } from './gateway/http-api.ts';
import type { LocalGithub } from './github/server.ts';
import type { LocalGoogle } from './google/server.ts';
import { readFunctions } from './lambda/function-definition.ts';
import { createLambda, type Lambda } from './lambda/lambda.ts';
import type { Outcome } from './lambda/outcome.ts';
import { localSecrets } from './local-secrets.ts';
import { type LogLine, toLogLine } from './log-line.ts';
import { listenOnLoopback } from './loopback.ts';
import type { LocalQueues } from './queues/local-queues.ts';
import type { Environment } from './start-settings.ts';
import { type Deployment, deployTemplates } from './template.ts';
import type { LocalWorkos } from './workos/server.ts';

export interface LocalCloudOptions {
  /** The folder that `app.synth()` wrote for the stage `local`. */
  readonly assembly: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** How long the local WorkOS's access tokens live; 300 s unless given. */
  readonly accessTokenSeconds?: number;
  /** As in `LOCAL_FAULTS`. */
  readonly faults?: string;
  /** How long a message that its worker could not do waits for the next try; 1 unless given. In AWS it is minutes. */
  readonly queueRetrySeconds?: number;
  /** Variables named like fields of the secrets go into them; WORKOS_API_KEY and WORKOS_CLIENT_ID lead to the real WorkOS. */
  readonly environment?: Environment;
  /** Whether the local WorkOS tells what happens there; it does unless told otherwise. */
  readonly webhooks?: boolean;
  readonly now?: () => Date;
  readonly onLog?: (entry: LogEntry) => void;
}

/** What happens, as it happens. */
export type LogEntry =
  | { readonly kind: 'line'; readonly line: LogLine }
  | { readonly kind: 'request'; readonly request: RequestEntry }
  /** A function that was invoked through AWS, not by a request. */
  | { readonly kind: 'invocation'; readonly at: Date; readonly functionName: string; readonly outcome: Outcome }
  /** A call to AWS that IAM refused or that cannot be handled here. */
  | { readonly kind: 'aws'; readonly text: string };

export interface LocalCloud {
  /** `http://localhost:<port>` */
  readonly url: string;
  readonly port: number;
  readonly deployment: Deployment;
  readonly aws: AwsEndpoint;
  /** @throws Error when the real WorkOS is used. */
  readonly workos: LocalWorkos;
  /** @throws Error when the real Google is used. */
  readonly google: LocalGoogle;
  /** @throws Error when the real GitHub is used. */
  readonly github: LocalGithub;
  readonly isRealWorkos: boolean;
  readonly isRealGoogle: boolean;
  readonly isRealGithub: boolean;
  readonly faults: Faults;
  readonly queues: LocalQueues;
  /** The latest lines of all functions and of the access log; all of them unless there are tens of thousands. */
  readonly logLines: readonly LogLine[];
  readonly functionNames: readonly string[];
  /**
   * @param functionName full, or short: `session` for `gatehouse-local-session`
   * @throws Error named like the error's type when the function fails.
   */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** Starts an instance of each function that a browser's address leads to by itself, ahead of its first event. */
  warmUp(): void;
  /** Of one function, or of all. The next event starts a new one. */
  killInstances(functionName?: string): void;
  /** Resolves when nothing of it is left running. */
  close(): Promise<void>;
}

const maxLogLines = 50_000;

/**
 * Resolves when what runs at a deployment has run.
 * @throws Error when a port is taken, something in the templates cannot be honoured here, or a function fails that runs at
 * deployment; nothing is left running then.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const parts = new AsyncDisposableStack();
  try {
    return await start(options, parts);
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

async function start(options: LocalCloudOptions, parts: AsyncDisposableStack): Promise<LocalCloud> {
  const { now = () => new Date(), onLog = () => {} } = options;
  const environment = withWebhookSecret(options.environment ?? {});
  const faults = new Faults();
  const assembly = await readAssembly(options.assembly);

  const server = await listenOnLoopback(options.port ?? 0, gatewayServerOptions);
  parts.defer(() => server.close());
  const url = `http://localhost:${server.port}`;
  const awsServer = await listenOnLoopback(0, awsServerOptions);
  parts.defer(() => awsServer.close());
  const queueUrl = (name: string) => `${awsUrl(awsServer)}/000000000000/${name}`;

  const addresses = { apiEndpoint: url, queueUrl };
  const fronts = await startFronts(
    {
      outputs: deployTemplates(assembly.stacks, { parameters: {}, ...addresses }).outputs,
      environment,
      faults,
      accessTokenSeconds: options.accessTokenSeconds,
      webhooks: options.webhooks ?? true,
      now,
    },
    parts,
  );
  const deployment = deployTemplates(assembly.stacks, { parameters: fronts.parameters, ...addresses });

  const logLines: LogLine[] = [];
  function keep(line: LogLine): void {
    if (logLines.length === maxLogLines) logLines.splice(0, maxLogLines / 10);
    logLines.push(line);
    onLog({ kind: 'line', line });
  }

  /** Behind AWS's Invoke, and behind `invoke()`. */
  async function invokeFunction(functionName: string, event: unknown): Promise<unknown> {
    const at = now();
    const outcome = await lambda.invoke(functionName, JSON.stringify(event) ?? 'null');
    if (outcome === undefined) throw named('ResourceNotFoundException', `there is no function ${functionName}`);
    onLog({ kind: 'invocation', at, functionName, outcome });
    return resultOf(outcome);
  }

  const aws = await startAwsEndpoint({
    server: awsServer,
    deployment,
    secrets: localSecrets(deployment, { ...environment, ...fronts.credentials }),
    faults,
    now,
    invokeFunction,
    report: (text) => onLog({ kind: 'aws', text }),
  });
  parts.defer(() => aws.close());

  const lambda: Lambda = createLambda({
    functions: readFunctions(deployment, assembly.codePath, aws.environmentFor),
    onLogLine: ({ functionName, requestId, line }) => keep(toLogLine(functionName, requestId, line)),
  });
  parts.defer(() => lambda.close());

  const background = startBackgroundWork({
    deployment,
    aws,
    invoke: invokeFunction,
    queueRetrySeconds: options.queueRetrySeconds ?? 1,
  });
  parts.defer(() => background.stop());
  await background.deploy();
  // Only now: nobody asks for trouble at a deployment, which would just fail.
  faults.set(options.faults ?? '');

  const api = readHttpApi(deployment);
  server.handle(
    createGateway({
      api,
      port: server.port,
      now,
      invoke: lambda.invoke,
      onAccessLog: (line) => keep(toLogLine('access-log', undefined, line)),
      onRequest: (request) => onLog({ kind: 'request', request }),
    }),
  );

  return {
    url,
    port: server.port,
    deployment,
    aws,
    get workos() {
      return requireFront(fronts.workos, 'WorkOS');
    },
    get google() {
      return requireFront(fronts.google, 'Google');
    },
    get github() {
      return requireFront(fronts.github, 'GitHub');
    },
    isRealWorkos: fronts.workos === undefined,
    isRealGoogle: fronts.google === undefined,
    isRealGithub: fronts.github === undefined,
    faults,
    queues: background.queues,
    logLines,
    functionNames: lambda.functionNames,
    invoke: (name, event) => invokeFunction(fullName(lambda.functionNames, name) ?? name, event),
    warmUp: () => lambda.warmUp(visitedFunctions(api)),
    killInstances: (name) =>
      lambda.killInstances(name === undefined ? undefined : (fullName(lambda.functionNames, name) ?? name)),
    close: () => parts.disposeAsync(),
  };
}

/** WorkOS makes one with the endpoint; the local one signs with whatever the functions are given. */
function withWebhookSecret(environment: Environment): Environment {
  const { WORKOS_WEBHOOK_SECRET: given } = environment;
  return { ...environment, WORKOS_WEBHOOK_SECRET: given || randomBytes(24).toString('base64url') };
}

function requireFront<Front>(front: Front | undefined, name: string): Front {
  if (!front) throw new Error(`this local cloud talks to the real ${name}`);
  return front;
}

/** Behind a GET without parameters, where whoever tries it out comes first. All of them would keep a small machine busy for seconds. */
function visitedFunctions({ routes }: HttpApi): readonly string[] {
  const visited = routes.filter(({ routeKey }) => /^GET \/[^{]*$/.test(routeKey));
  return [...new Set(visited.map(({ functionName }) => functionName))];
}

function resultOf(outcome: Outcome): unknown {
  switch (outcome.kind) {
    case 'answered':
      return JSON.parse(outcome.payload);
    case 'failed':
      throw named(outcome.error.errorType, outcome.error.errorMessage);
    case 'throttled':
      throw named('TooManyRequestsException', 'Rate Exceeded.');
  }
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
