/** AWS on this machine: one HTTP server for DynamoDB, Secrets Manager, KMS, EventBridge, Lambda and SQS, guarded by IAM. */
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { respond, type RefusingFault, send } from '../faulty-answer.ts';
import type { Faults } from '../faults.ts';
import type { LoopbackServer } from '../loopback.ts';
import type { Deployment } from '../template.ts';
import { createAuthorizer } from './authorization.ts';
import { AwsError, type AwsRequest, type AwsService, type Permission, type Reply } from './aws-service.ts';
import { createCredentials, type Credentials, functionRoles } from './credentials.ts';
import { createDynamoDb } from './dynamodb.ts';
import { createEventBridge, type RecordedEvent } from './events.ts';
import { createKms } from './kms.ts';
import { createLambda, type InvokeFunction } from './lambda.ts';
import { createSecretsManager } from './secrets-manager.ts';
import { verifySignature } from './signature.ts';
import { createSqs, type Sqs } from './sqs.ts';
import type { SecretFields } from './stored-secrets.ts';

export interface AwsEndpointOptions {
  /** With `awsServerOptions`; the URLs of queues hold its port. It closes with the endpoint. */
  readonly server: LoopbackServer;
  readonly deployment: Deployment;
  /** Merged over what the templates say, by purpose. */
  readonly secrets: SecretFields;
  readonly faults: Faults;
  readonly now?: () => Date;
  readonly invokeFunction?: InvokeFunction;
  /** Hears, in a sentence for people, of every call that IAM refuses or that cannot be handled. */
  readonly report?: (line: string) => void;
}

export interface AwsEndpoint {
  readonly url: string;
  /** What a function under that role has in its environment. @throws Error when no function has that role. */
  environmentFor(roleName: string): Record<string, string>;
  /** May do everything: for tests and the command line. */
  readonly operator: Readonly<Pick<Credentials, 'accessKeyId' | 'secretAccessKey'>>;
  /** All that were put, the oldest first. */
  readonly events: readonly RecordedEvent[];
  /** How often each operation was asked for, faults and refusals included, as `dynamodb.UpdateItem`. */
  readonly calls: ReadonlyMap<string, number>;
  readonly sqs: Sqs;
  /** For what AWS does under a role without a request of that role's. @throws AwsError when the role may not do it. */
  requirePermission(roleName: string, permission: Permission): void;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

/** A function may idle between two calls: after Node's 5 s it could take up a connection that is just being closed. */
export const awsServerOptions: ServerOptions = { keepAliveTimeout: 65_000 };

/** Where a server of that port is for functions: by address, since that is what SQS wants a queue's URL to begin with. */
export function awsUrl({ port }: Pick<LoopbackServer, 'port'>): string {
  return `http://127.0.0.1:${port}`;
}

/** @throws Error when a template holds a policy, key, secret or table that cannot be honoured here. */
export async function startAwsEndpoint({
  server,
  deployment,
  secrets,
  faults,
  now = () => new Date(),
  invokeFunction = () => Promise.reject(new Error('nothing runs functions here')),
  report = () => undefined,
}: AwsEndpointOptions): Promise<AwsEndpoint> {
  const url = awsUrl(server);
  const credentials = createCredentials(functionRoles(deployment));
  const authorize = createAuthorizer(deployment);
  const sqs = createSqs(deployment);
  const events: RecordedEvent[] = [];
  const calls = new Map<string, number>();
  const services = new Map<string, AwsService>(
    [
      await createDynamoDb(deployment),
      createSecretsManager({ deployment, fields: secrets, now }),
      createKms(deployment),
      createEventBridge({ deployment, now, record: (event) => events.push(event), send: sqs.send }),
      createLambda(deployment, invokeFunction),
      sqs,
    ].map((service) => [service.name, service]),
  );

  server.handle((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      // A caller that is gone, as at shutdown, is no failure of ours.
      if (!response.destroyed) send(response, toReply(error));
    });
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const { credentials: caller, service: serviceName } = verifySignature(request, credentials.find);
    const service = services.get(serviceName);
    if (service === undefined) {
      throw new AwsError('UnknownOperationException', `The local cloud has no service ${serviceName}.`);
    }
    const operation = service.operationOf(request);
    const counter = `${serviceName}.${operation}`;
    calls.set(counter, (calls.get(counter) ?? 0) + 1);
    await respond(response, faults.take(serviceName, operation), {
      work: () => run(service, operation, request, caller).catch(toReply),
      failure: (fault) => failure(service, fault),
    });
  }

  async function run(
    service: AwsService,
    operation: string,
    request: AwsRequest,
    { roleName }: Credentials,
  ): Promise<Reply> {
    const call = service.prepare(operation, request);
    if (roleName !== undefined) for (const permission of call.permissions) authorize(roleName, permission, service);
    return call.run();
  }

  function toReply(error: unknown): Reply {
    if (!(error instanceof AwsError)) {
      report(`AWS failed: ${error instanceof Error ? error.message : String(error)}`);
      return new AwsError('InternalFailure', 'The local cloud failed; its log says why.', 500).toReply();
    }
    if (error.code === 'AccessDeniedException' || error.code === 'UnknownOperationException') report(error.message);
    return error.toReply();
  }

  return {
    url,
    operator: credentials.operator,
    events,
    calls,
    environmentFor: (roleName) => {
      const { accessKeyId, secretAccessKey, sessionToken = '' } = credentials.ofRole(roleName);
      return {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        AWS_REGION: deployment.region,
        AWS_DEFAULT_REGION: deployment.region,
        AWS_ENDPOINT_URL: url,
      };
    },
    sqs,
    requirePermission: (roleName, permission) => authorize(roleName, permission, { accessDeniedStatus: 403 }),
    async close() {
      await Promise.all([server.close(), sqs.close()]);
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<AwsRequest> {
  const { method = '', url = '/', headers } = incoming;
  return { method, target: url, headers, body: await buffer(incoming) };
}

/** AWS throttles with 400 or 429 and a name of the service's own. */
function failure({ throttlingCode }: AwsService, fault: RefusingFault): Reply {
  const status = fault.kind === 'throttle' ? 400 : fault.status;
  const because = 'because LOCAL_FAULTS says so';
  if (status === 400 || status === 429) {
    return new AwsError(throttlingCode, `Rate exceeded, ${because}.`, status).toReply();
  }
  const code = status >= 500 ? 'InternalServerError' : 'ClientError';
  return new AwsError(code, `The local cloud answers ${status} here ${because}.`, status).toReply();
}
