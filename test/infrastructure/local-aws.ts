/** The local AWS with a template of the test's own, and clients that sign as one of its functions or as the operator. */
import { createHash, createHmac } from 'node:crypto';
import { onTestFinished } from 'vitest';
import {
  type AwsEndpoint,
  type AwsEndpointOptions,
  awsServerOptions,
  awsUrl,
  startAwsEndpoint,
} from '../../lib/local/aws/endpoint.ts';
import { Faults } from '../../lib/local/faults.ts';
import { listenOnLoopback } from '../../lib/local/loopback.ts';
import { deployTemplates, type Deployment } from '../../lib/local/template.ts';

export type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>;

/** One stack named `app` with these resources. */
export function deploy(resources: Resources, origin = 'http://127.0.0.1:4100'): Deployment {
  return deployTemplates([{ stackName: 'app', template: { Resources: resources } }], {
    parameters: {},
    apiEndpoint: 'http://localhost:3000',
    queueUrl: (name) => `${origin}/000000000000/${name}`,
  });
}

/** A function and its role, both of that name, and what the role may do. */
export function functionThatMay(name: string, ...statements: readonly object[]): Resources {
  return {
    [`${name}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: name,
        Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
      },
    },
    [`${name}Function`]: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: name, Role: { 'Fn::GetAtt': [`${name}Role`, 'Arn'] } },
    },
  };
}

export function allow(action: string, resource: unknown, condition: object = {}): object {
  return { Effect: 'Allow', Action: action, Resource: resource, Condition: condition };
}

export interface ClientConfig {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly maxAttempts: number;
}

export interface LocalAws extends AwsEndpoint {
  readonly deployment: Deployment;
  /** For an SDK client that signs as that function, once per call. */
  as(functionName: string): ClientConfig;
  asOperator(): ClientConfig;
}

/** Ends with the test. */
export async function startLocalAws(
  resources: Resources,
  options: Partial<Omit<AwsEndpointOptions, 'deployment' | 'server'>> = {},
): Promise<LocalAws> {
  const server = await listenOnLoopback(0, awsServerOptions);
  const deployment = deploy(resources, awsUrl(server));
  const endpoint = await startAwsEndpoint({
    server,
    deployment,
    secrets: {},
    faults: new Faults(),
    ...options,
  });
  onTestFinished(() => endpoint.close());
  const config = { region: 'us-east-1', endpoint: endpoint.url, maxAttempts: 1 };
  return {
    ...endpoint,
    deployment,
    asOperator: () => ({ ...config, credentials: endpoint.operator }),
    as: (functionName) => {
      const environment = endpoint.environmentFor(functionName);
      return {
        ...config,
        credentials: {
          accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
          secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
          sessionToken: environment['AWS_SESSION_TOKEN'] ?? '',
        },
      };
    },
  };
}

/**
 * The headers of a signed `POST /`, for calls that no SDK client makes.
 * @param query in its canonical form: encoded and sorted
 */
export function sign(
  { endpoint, region, credentials }: ClientConfig,
  service: string,
  target: string,
  body: string,
  query = '',
) {
  const date = new Date().toISOString().replaceAll(/[:-]|\.\d+/g, '');
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    host: new URL(endpoint).host,
    'x-amz-date': date,
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
    'x-amz-target': target,
  };
  const scope = [date.slice(0, 8), region, service, 'aws4_request'];
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonicalRequest = `POST\n/\n${query}\n${lines.join('')}\n${names}\n${sha256(body)}`;
  const stringToSign = `AWS4-HMAC-SHA256\n${date}\n${scope.join('/')}\n${sha256(canonicalRequest)}`;
  let key: string | Buffer = `AWS4${credentials.secretAccessKey}`;
  for (const part of scope) key = createHmac('sha256', key).update(part).digest();
  const signature = createHmac('sha256', key).update(stringToSign).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
