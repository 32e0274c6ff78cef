/** The stacks of each stage, read from their templates. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unsetSecretField } from '../../lib/constructs/purpose-secret.ts';
import { stageNames } from '../../lib/stages.ts';
import { functionsOf, resourcesOf, synthesize, type Template } from './templates.ts';

const propertiesOf = (template: Template, type: string) =>
  Object.values(resourcesOf(template, type)).map(({ Properties }) => Properties);

const outputsOf = ({ Outputs }: Template) =>
  Object.fromEntries(Object.entries(Outputs).map(([name, { Value }]) => [name, Value]));

const routesOf = (service: Template) =>
  propertiesOf(service, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => String(RouteKey));

const apiStageOf = (service: Template) => propertiesOf(service, 'AWS::ApiGatewayV2::Stage')[0] ?? {};

describe.each(stageNames)('the stacks of %s', (stage) => {
  const { data, service } = synthesize({ stage });

  it('are the ones that were reviewed', async () => {
    const templates = JSON.stringify({ data, service }, null, 2);
    await expect(templates).toMatchFileSnapshot(`./snapshots/${stage}.snap`);
  });

  it('answer the routes of the contract', () => {
    expect(routesOf(service).toSorted()).toEqual([
      '$default',
      'DELETE /modules/{module}',
      'DELETE /sessions/{id}',
      'GET /',
      'GET /.well-known/apple-app-site-association',
      'GET /.well-known/assetlinks.json',
      'GET /.well-known/jwks.json',
      'GET /.well-known/oauth-authorization-server',
      'GET /.well-known/openid-configuration',
      'GET /app/{path+}',
      'GET /assets/{file}',
      'GET /callback',
      'GET /dashboard',
      'GET /github/repos',
      'GET /gmail/mailbox',
      'GET /login',
      'GET /logout',
      'GET /modules',
      'GET /oauth/authorize',
      'GET /oauth/{module}/callback',
      'GET /oauth/{module}/connect',
      'GET /session',
      'GET /sessions',
      'POST /login/confirm',
      'POST /logout',
      'POST /modules/{module}/disconnect',
      'POST /native/session/jwt',
      'POST /native/session/logout',
      'POST /native/session/refresh',
      'POST /oauth/revoke',
      'POST /oauth/token',
      'POST /oauth/{module}/connect',
      'POST /oauth/{module}/finish',
      'POST /sessions/{id}/end',
      'POST /webhooks/workos',
    ]);
  });

  it('tell the default route which methods every path has', () => {
    const routes = functionsOf(service).find(({ name }) => name === 'default-route')?.Environment.Variables['ROUTES'];
    const pairs = Object.entries(JSON.parse(String(routes)) as Record<string, string[]>).flatMap(([path, methods]) =>
      methods.map((method) => `${method} ${path}`),
    );
    expect(['$default', ...pairs].toSorted()).toEqual(routesOf(service).toSorted());
  });

  it('log every request, without its query string, its headers and its cookies', () => {
    const { Format } = apiStageOf(service)['AccessLogSettings'] as { Format: string };
    expect(JSON.parse(Format)).toEqual({
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
    });
  });

  it('throttle every route', () => {
    expect(apiStageOf(service)['DefaultRouteSettings']).toEqual({
      ThrottlingRateLimit: expect.any(Number),
      ThrottlingBurstLimit: expect.any(Number),
    });
  });

  it('leave CORS to the functions, which know the stage’s origins', () => {
    expect(propertiesOf(service, 'AWS::ApiGatewayV2::Api')).toEqual([
      expect.not.objectContaining({ CorsConfiguration: expect.anything() }),
    ]);
  });

  it('encrypt the tables and keep backups', () => {
    const tables = propertiesOf(data, 'AWS::DynamoDB::Table');
    expect(tables).toHaveLength(10);
    for (const table of tables) {
      expect(table).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
  });

  it('keep the data in prod and only there', () => {
    const isProd = stage === 'prod';
    const policy = isProd ? 'Retain' : 'Delete';
    // A key's alias is a name: a retained one would be in the way of the next deployment.
    const kept = Object.values(data.Resources).filter(({ Type }) => Type !== 'AWS::KMS::Alias');
    for (const { DeletionPolicy, UpdateReplacePolicy } of kept) {
      expect({ DeletionPolicy, UpdateReplacePolicy }).toEqual({ DeletionPolicy: policy, UpdateReplacePolicy: policy });
    }
    for (const table of propertiesOf(data, 'AWS::DynamoDB::Table')) {
      expect(table['DeletionProtectionEnabled'] ?? false).toBe(isProd);
    }
  });

  it('carry the stage as a tag', () => {
    const tag = { Key: 'stage', Value: stage };
    for (const table of propertiesOf(data, 'AWS::DynamoDB::Table')) {
      expect(table).toMatchObject({ Tags: expect.arrayContaining([tag]) });
    }
    expect(functionsOf(service)).toSatisfy((functions: unknown[]) =>
      functions.every((each) => JSON.stringify(each).includes(JSON.stringify(tag))),
    );
  });

  it('write each secret’s first value as it was at the first deployment: another one would overwrite what is there now', () => {
    const secrets = propertiesOf(data, 'AWS::SecretsManager::Secret').map(
      ({ Name, SecretString, GenerateSecretString }) => ({ Name, SecretString, GenerateSecretString }),
    );
    expect(secrets).toEqual([
      {
        Name: `gatehouse/${stage}/workos`,
        SecretString: '{"WORKOS_API_KEY":"not-set","WORKOS_CLIENT_ID":"not-set","WORKOS_WEBHOOK_SECRET":"not-set"}',
      },
      {
        Name: `gatehouse/${stage}/cookie`,
        GenerateSecretString: {
          SecretStringTemplate: '{}',
          GenerateStringKey: 'WORKOS_COOKIE_PASSWORD',
          PasswordLength: 64,
          ExcludePunctuation: true,
        },
      },
      {
        Name: `gatehouse/${stage}/google`,
        SecretString: '{"GOOGLE_CLIENT_ID":"not-set","GOOGLE_CLIENT_SECRET":"not-set"}',
      },
      {
        Name: `gatehouse/${stage}/github`,
        SecretString: '{"GITHUB_CLIENT_ID":"not-set","GITHUB_CLIENT_SECRET":"not-set"}',
      },
    ]);
  });
});

describe('the public URL', () => {
  const apiEndpoint = { 'Fn::GetAtt': [expect.stringMatching(/^ApiHttpApi/), 'ApiEndpoint'] };

  it('is the API’s own endpoint where the stage names none', () => {
    const { service } = synthesize({ stage: 'dev' });
    expect(outputsOf(service)['CallbackUrl']).toEqual({ 'Fn::Join': ['', [apiEndpoint, '/callback']] });
    expect(functionsOf(service).find(({ name }) => name === 'login')?.Environment.Variables['PUBLIC_URL']).toEqual(
      apiEndpoint,
    );
  });

  it('gives what the WorkOS dashboard asks for, in its words, and what other backends invoke', () => {
    const { service } = synthesize({ stage: 'prod', context: { publicUrl: 'https://login.example.org' } });
    expect(outputsOf(service)).toEqual({
      CallbackUrl: 'https://login.example.org/callback',
      LogoutReturnUrl: 'https://login.example.org/',
      SignInUrl: 'https://login.example.org/login',
      WebhookUrl: 'https://login.example.org/webhooks/workos',
      ModuleAccessTokenFunction: { 'Fn::GetAtt': [expect.stringMatching(/^moduleaccesstoken/), 'Arn'] },
    });
  });

  it('becomes a custom domain with a certificate, and the API’s own endpoint closes', () => {
    const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/0a1b';
    const { service } = synthesize({ stage: 'prod', context: { certificateArn } });
    expect(propertiesOf(service, 'AWS::ApiGatewayV2::DomainName')).toEqual([
      expect.objectContaining({ DomainName: 'auth.example.com' }),
    ]);
    expect(propertiesOf(service, 'AWS::ApiGatewayV2::Api')).toEqual([
      expect.objectContaining({ DisableExecuteApiEndpoint: true }),
    ]);
    expect(outputsOf(service)).toHaveProperty('DomainTarget');
  });
});

describe('WorkOS’s address', () => {
  it('is a parameter on a developer’s machine and fixed elsewhere', () => {
    const local = synthesize({ stage: 'local' }).service;
    expect(local.Parameters['WorkosApiUrl']).toMatchObject({ Type: 'String', Default: 'https://api.workos.com' });
    expect(synthesize({ stage: 'prod' }).service.Parameters).not.toHaveProperty('WorkosApiUrl');
  });
});

describe('alarms', () => {
  it('go to the stage’s topic', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:oncall';
    const { service } = synthesize({ stage: 'prod', context: { alarmTopicArn } });
    for (const alarm of propertiesOf(service, 'AWS::CloudWatch::Alarm')) {
      expect(alarm['AlarmActions']).toEqual([alarmTopicArn]);
    }
  });
});

describe('a secret that nobody has filled', () => {
  it('is known to the functions by the same word', async () => {
    const source = await readFile(join(import.meta.dirname, '../../functions/shared/aws/app-secrets.ts'), 'utf8');
    expect(source).toContain(`value !== '${unsetSecretField}'`);
  });
});
