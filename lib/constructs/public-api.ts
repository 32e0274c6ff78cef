/** The HTTP API: its stage with throttling and access log, its routes, and its custom domain where it has one. */
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  DomainName,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnOutput, Duration, Lazy, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct, DependencyGroup } from 'constructs';
import type { StageSettings } from '../stages.ts';
import { GatewayAuthorizer } from './gateway-authorizer.ts';
import { sendAlarms } from './send-alarms.ts';

const methods = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'] as const;
export type RouteKey = `${(typeof methods)[number]} /${string}` | '$default';

/** Without query string and cookies: both carry codes, states and sessions. */
const accessLogFormat = {
  time: '$context.requestTimeEpoch',
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
  userAgent: '$context.identity.userAgent',
};

export interface ConnectOptions {
  /** API Gateway lets only requests with a JWT of ours through. */
  readonly gatewayAuthorizer?: boolean;
}

/** What API Gateway asks an issuer for. */
const discoveryPath = /^GET \/\.well-known\/(?:openid-configuration|jwks\.json)$/;

export class PublicApi extends Construct {
  /** Where browsers find the API: an origin. */
  readonly publicUrl: string;
  /** Methods by path as JSON, `{"/login":["GET"]}`, also of routes that are connected later. */
  readonly knownRoutes: string;
  /** Until it exists, the API answers nothing. */
  readonly stage: Construct;
  readonly #settings: StageSettings;
  readonly #api: HttpApi;
  readonly #discovery = new DependencyGroup();
  #authorizer: GatewayAuthorizer | undefined;
  readonly #methodsByPath: Record<string, string[]> = {};

  constructor(scope: Construct, id: string, { settings }: { settings: StageSettings }) {
    super(scope, id);
    this.#settings = settings;
    const domainName = this.#customDomain(settings);
    this.#api = new HttpApi(this, 'HttpApi', {
      apiName: `gatehouse-${settings.stage}`,
      createDefaultStage: false,
      disableExecuteApiEndpoint: domainName !== undefined,
    });
    this.publicUrl = settings.publicUrl ?? this.#api.apiEndpoint;
    this.knownRoutes = Lazy.string({ produce: () => JSON.stringify(this.#methodsByPath) });

    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: settings.logRetentionDays,
      removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: settings.throttling.requestsPerSecond, burstLimit: settings.throttling.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFormat)),
      },
      ...(domainName && { domainMapping: { domainName } }),
    });

    const alarm = new Alarm(this, 'Unavailable', {
      alarmDescription: `gatehouse-${settings.stage} answers with 5xx: people cannot sign in or out, or see an error page and have to try again.`,
      metric: stage.metricServerError({ period: Duration.minutes(5) }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 5,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    sendAlarms(alarm, settings);
    this.stage = stage;

    Validations.of(this).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'A session is a cookie, and the authorizers of an HTTP API read no cookies: each endpoint checks it itself. Signing in needs none.',
    });
  }

  /** @throws {SettingsError} when API Gateway cannot check JWTs as this stage signs them. */
  connect(keys: readonly RouteKey[], handler: IFunction, { gatewayAuthorizer = false }: ConnectOptions = {}): void {
    const integration = new HttpLambdaIntegration('Integration', handler);
    for (const key of keys) {
      const route = new HttpRoute(this, key, {
        httpApi: this.#api,
        routeKey: this.#remember(key),
        integration,
        ...(gatewayAuthorizer && { authorizer: this.#gatewayAuthorizer() }),
      });
      if (discoveryPath.test(key)) this.#discovery.add(route);
    }
  }

  /** One for all routes. */
  #gatewayAuthorizer(): GatewayAuthorizer {
    this.#authorizer ??= new GatewayAuthorizer(this, 'JwtAuthorizer', {
      settings: this.#settings,
      httpApi: this.#api,
      publicUrl: this.publicUrl,
      after: [this.stage, this.#discovery],
    });
    return this.#authorizer;
  }

  #remember(key: RouteKey): HttpRouteKey {
    if (key === '$default') return HttpRouteKey.DEFAULT;
    const path = key.slice(key.indexOf('/'));
    const method = methods.find((name) => key.startsWith(`${name} /`));
    if (method === undefined) throw new Error(`${key} is not a route: write it as GET /path`);
    (this.#methodsByPath[path] ??= []).push(method);
    return HttpRouteKey.with(path, HttpMethod[method]);
  }

  #customDomain({ publicUrl, certificateArn }: StageSettings): DomainName | undefined {
    if (publicUrl === undefined || certificateArn === undefined) return undefined;
    const { hostname } = new URL(publicUrl);
    const domain = new DomainName(this, 'Domain', {
      domainName: hostname,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
    });
    new CfnOutput(this, 'DomainTarget', {
      description: `Point ${hostname} here: a CNAME record, or an alias`,
      value: domain.regionalDomainName,
    }).overrideLogicalId('DomainTarget');
    return domain;
  }
}
