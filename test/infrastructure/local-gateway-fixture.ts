/** A local gateway before functions that the test writes, and a client that sends exactly what it is told. */
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { onTestFinished } from 'vitest';
import { createGateway, gatewayServerOptions, type RequestEntry } from '../../lib/local/gateway.ts';
import { type HttpApi, readHttpApi } from '../../lib/local/gateway/http-api.ts';
import type { Outcome } from '../../lib/local/lambda/outcome.ts';
import { listenOnLoopback } from '../../lib/local/loopback.ts';
import { deployTemplates } from '../../lib/local/template.ts';

export const run = { requestId: 'invocation-1', start: 'warm', durationMs: 1 } as const;
export const now = new Date('2026-11-22T17:30:00.123Z');

export interface Setup {
  /** `$default` alone unless given. */
  readonly routes?: readonly string[];
  /** Properties of the stage. */
  readonly stage?: Record<string, unknown>;
  /** Properties of each integration. */
  readonly integration?: Record<string, unknown>;
  /** What routes that begin with `GET /protected` ask of a JWT; its issuer is this gateway. */
  readonly authorization?: { readonly audience: readonly string[]; readonly scopes?: readonly string[] };
  /** What the function does with an event; without it, the event is its answer. */
  readonly handle?: (event: APIGatewayProxyEventV2) => unknown;
  /** What the invocation ends with, instead of an answer. */
  readonly outcome?: Promise<Outcome>;
  readonly clock?: () => Date;
}

export interface Gateway {
  readonly port: number;
  readonly accessLog: string[];
  readonly entries: RequestEntry[];
  /** In the order in which functions were invoked. */
  readonly invoked: string[];
}

/** What the function behind a route is called. */
export function functionOf(routeKey: string): string {
  return `function-of ${routeKey}`.replaceAll(/\W+/g, '-');
}

export function templateOf(
  { routes = ['$default'], stage = {}, integration = {}, authorization }: Setup,
  issuer = 'http://localhost',
): unknown {
  const protection = { AuthorizationType: 'JWT', AuthorizerId: { Ref: 'Authorizer' } };
  const resources = routes.flatMap((routeKey, index): [string, object][] => [
    [`Function${index}`, { Type: 'AWS::Lambda::Function', Properties: { FunctionName: functionOf(routeKey) } }],
    [
      `Integration${index}`,
      {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: { 'Fn::GetAtt': [`Function${index}`, 'Arn'] },
          PayloadFormatVersion: '2.0',
          ...integration,
        },
      },
    ],
    [
      `Route${index}`,
      {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          RouteKey: routeKey,
          ...(authorization && routeKey.startsWith('GET /protected')
            ? { ...protection, AuthorizationScopes: authorization.scopes }
            : { AuthorizationType: 'NONE' }),
          Target: { 'Fn::Join': ['/', ['integrations', { Ref: `Integration${index}` }]] },
        },
      },
    ],
  ]);
  return {
    Resources: {
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api' } },
      Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { StageName: '$default', ...stage } },
      ...(authorization && {
        Authorizer: {
          Type: 'AWS::ApiGatewayV2::Authorizer',
          Properties: {
            AuthorizerType: 'JWT',
            IdentitySource: ['$request.header.Authorization'],
            JwtConfiguration: { Issuer: issuer, Audience: authorization.audience },
          },
        },
      }),
      ...Object.fromEntries(resources),
    },
  };
}

export function apiOf(setup: Setup, issuer?: string): HttpApi {
  const templates = [{ stackName: 'test', template: templateOf(setup, issuer) }];
  return readHttpApi(deployTemplates(templates, { parameters: {}, apiEndpoint: 'http://localhost' }));
}

/** Closed when the test is over. */
export async function startGateway(setup: Setup = {}): Promise<Gateway> {
  const { handle = (event) => ({ statusCode: 200, body: JSON.stringify(event) }), outcome, clock = () => now } = setup;
  const server = await listenOnLoopback(0, gatewayServerOptions);
  onTestFinished(() => server.close());
  const gateway: Gateway = { port: server.port, accessLog: [], entries: [], invoked: [] };
  server.handle(
    createGateway({
      api: apiOf(setup, `http://127.0.0.1:${server.port}`),
      port: server.port,
      now: clock,
      invoke: async (name, event) => {
        gateway.invoked.push(name);
        if (outcome) return outcome;
        return { kind: 'answered', payload: JSON.stringify(handle(eventIn(event)) ?? null), run };
      },
      onAccessLog: (line) => gateway.accessLog.push(line),
      onRequest: (entry) => gateway.entries.push(entry),
    }),
  );
  return gateway;
}

export interface Sent {
  readonly method?: string;
  /** With the query; sent as it is. */
  readonly path?: string;
  /** A flat list sends names as written, and repeated ones repeatedly. */
  readonly headers?: Record<string, string> | string[];
  readonly body?: string | Buffer;
  /** The address to connect to. */
  readonly address?: string;
}

export interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export async function send({ port }: Gateway, sent: Sent = {}): Promise<Received> {
  const { method = 'GET', path = '/', headers = {}, body, address = '127.0.0.1' } = sent;
  // Node adds Host to an object of headers, not to a list.
  const written = Array.isArray(headers) ? ['Host', `127.0.0.1:${port}`, ...headers] : headers;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { host: address, port, method, path, headers: written, agent: false };
    httpRequest(options, resolve).on('error', reject).end(body);
  });
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** The event that the function got, where it answers with that. */
export async function eventOf(gateway: Gateway, sent: Sent): Promise<APIGatewayProxyEventV2> {
  return eventIn((await send(gateway, sent)).body);
}

export function eventIn(json: string): APIGatewayProxyEventV2 {
  const event: APIGatewayProxyEventV2 = JSON.parse(json);
  return event;
}
