/** The HTTP API as the deployed resources describe it. What the local gateway would have to ignore is refused instead. */
import * as v from 'valibot';
import type { DeployedResource, Deployment } from '../template.ts';

export interface Throttling {
  readonly burst: number;
  readonly requestsPerSecond: number;
}

export interface Route {
  /** `GET /login`, `ANY /things/{id}` or `$default`. */
  readonly routeKey: string;
  readonly functionName: string;
  /** How long the gateway waits for an answer. */
  readonly timeoutMs: number;
  readonly throttling: Throttling | undefined;
  /** `undefined`: everybody may. */
  readonly authorization: JwtAuthorization | undefined;
}

/** What a route asks of the JWT in `Authorization`. */
export interface JwtAuthorization {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** One of them is enough; empty: no matter which. */
  readonly scopes: readonly string[];
}

export interface HttpApi {
  readonly apiId: string;
  readonly accountId: string;
  readonly routes: readonly Route[];
  /** With `$context` variables; `undefined` without an access log. */
  readonly accessLogFormat: string | undefined;
}

const RouteSettings = v.object({
  ThrottlingBurstLimit: v.optional(v.number()),
  ThrottlingRateLimit: v.optional(v.number()),
});

const StageProperties = v.object({
  StageName: v.literal('$default'),
  AccessLogSettings: v.optional(v.object({ Format: v.string() })),
  DefaultRouteSettings: v.optional(RouteSettings, {}),
  RouteSettings: v.optional(v.record(v.string(), RouteSettings), {}),
});

const RouteProperties = v.object({
  RouteKey: v.string(),
  AuthorizationType: v.optional(v.picklist(['NONE', 'JWT']), 'NONE'),
  AuthorizerId: v.optional(v.string()),
  AuthorizationScopes: v.optional(v.array(v.string()), []),
  Target: v.pipe(v.string(), v.startsWith('integrations/')),
});

const AuthorizerProperties = v.object({
  AuthorizerType: v.literal('JWT'),
  IdentitySource: v.tuple([v.literal('$request.header.Authorization')]),
  JwtConfiguration: v.object({ Issuer: v.string(), Audience: v.array(v.string()) }),
});

const IntegrationProperties = v.object({
  IntegrationType: v.literal('AWS_PROXY'),
  PayloadFormatVersion: v.literal('2.0'),
  IntegrationUri: v.pipe(v.string(), v.regex(/^arn:aws:lambda:[^:]+:\d+:function:/)),
  TimeoutInMillis: v.optional(v.number(), 30_000),
});

/** @throws Error naming the resource and the property that the local gateway does not know. */
export function readHttpApi({ resources, accountId }: Deployment): HttpApi {
  const ofType = (type: string) => resources.filter((resource) => resource.type === `AWS::ApiGatewayV2::${type}`);
  const [api, ...otherApis] = ofType('Api');
  const [stage, ...otherStages] = ofType('Stage');
  if (!api || !stage || otherApis.length > 0 || otherStages.length > 0) {
    throw new Error('the templates must have exactly one HTTP API, and one stage of it');
  }
  if (api.properties['CorsConfiguration'] !== undefined) {
    throw new Error(`${api.logicalId}.CorsConfiguration: the local gateway leaves CORS to the functions`);
  }
  const settings = parse(StageProperties, stage);
  const integrations = new Map(ofType('Integration').map((each) => [each.physicalId, each]));
  const authorizers = new Map(ofType('Authorizer').map((each) => [each.physicalId, parse(AuthorizerProperties, each)]));

  return {
    apiId: api.physicalId,
    accountId,
    accessLogFormat: settings.AccessLogSettings?.Format,
    routes: ofType('Route').map((route) => {
      const {
        RouteKey,
        Target,
        AuthorizationType,
        AuthorizerId = '',
        AuthorizationScopes,
      } = parse(RouteProperties, route);
      const integration = integrations.get(Target.slice('integrations/'.length));
      if (!integration) throw new Error(`${route.logicalId}.Target: there is no integration ${Target}`);
      const authorizer = authorizers.get(AuthorizerId)?.JwtConfiguration;
      if (AuthorizationType === 'JWT' && !authorizer) {
        throw new Error(`${route.logicalId}.AuthorizerId: there is no authorizer ${AuthorizerId}`);
      }
      const { IntegrationUri, TimeoutInMillis } = parse(IntegrationProperties, integration);
      const own = settings.RouteSettings[RouteKey];
      return {
        routeKey: RouteKey,
        functionName: IntegrationUri.split(':')[6] ?? '',
        timeoutMs: TimeoutInMillis,
        throttling: throttlingOf({ ...settings.DefaultRouteSettings, ...own }),
        authorization: authorizer && {
          issuer: authorizer.Issuer,
          audience: authorizer.Audience,
          scopes: AuthorizationScopes,
        },
      };
    }),
  };
}

function throttlingOf(settings: v.InferOutput<typeof RouteSettings>): Throttling | undefined {
  const { ThrottlingBurstLimit: burst, ThrottlingRateLimit: requestsPerSecond } = settings;
  return burst === undefined || requestsPerSecond === undefined ? undefined : { burst, requestsPerSecond };
}

function parse<Schema extends v.GenericSchema>(schema: Schema, resource: DeployedResource): v.InferOutput<Schema> {
  const result = v.safeParse(schema, resource.properties);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${resource.stack}.${resource.logicalId}.${v.getDotPath(issue) ?? ''}: ${issue.message}`);
}
