/** `gatewayAuthorizer: true` on a route: API Gateway checks our JWTs before the function sees the request. */
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Endpoint } from '../../lib/constructs/endpoint.ts';
import { PublicApi } from '../../lib/constructs/public-api.ts';
import { settingsFor, SettingsError, type StageSettings } from '../../lib/stages.ts';
import { build, type NoVariables } from './constructs.ts';

const whenItFails = 'Nobody sees things.';
const publicUrl = 'https://auth.example.org';
const { native } = settingsFor('dev');

/** Two protected functions, one open one, and what API Gateway asks an issuer for. */
function buildRoutes(changes: Partial<StageSettings> = {}) {
  return build(
    (stack, common) => {
      const api = new PublicApi(stack, 'Api', common);
      const shared = { ...common, api, whenItFails };
      new Endpoint<NoVariables>(stack, 'things', { ...shared, routes: ['GET /things'], gatewayAuthorizer: true });
      new Endpoint<NoVariables>(stack, 'others', { ...shared, routes: ['POST /others'], gatewayAuthorizer: true });
      new Endpoint<NoVariables>(stack, 'open', { ...shared, routes: ['GET /open'] });
      const discovery = ['GET /.well-known/jwks.json', 'GET /.well-known/openid-configuration'] as const;
      new Endpoint<NoVariables>(stack, 'well-known', { ...shared, routes: discovery });
    },
    { publicUrl, ...changes },
  );
}

describe('a route with gatewayAuthorizer', () => {
  it('asks for a JWT that this deployment has issued, for its audience', () => {
    const { template, findings } = buildRoutes();
    template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: publicUrl, Audience: [publicUrl] },
    });
    for (const RouteKey of ['GET /things', 'POST /others']) {
      template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
        RouteKey,
        AuthorizationType: 'JWT',
        AuthorizerId: { Ref: Match.stringLikeRegexp('^ApiJwtAuthorizer') },
      });
    }
    expect(findings).toEqual([]);
  });

  it('leaves the others open', () => {
    const { template } = buildRoutes();
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: 'GET /open',
      AuthorizationType: 'NONE',
      AuthorizerId: Match.absent(),
    });
  });

  it('takes the audience of the settings', () => {
    const { template } = buildRoutes({ native: { ...native, audience: 'https://api.example.org' } });
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Issuer: publicUrl, Audience: ['https://api.example.org'] },
    });
  });

  it('waits for the metadata that API Gateway reads when it makes the authorizer', () => {
    const { template } = buildRoutes();
    const [authorizer] = Object.values(template.findResources('AWS::ApiGatewayV2::Authorizer'));
    expect(authorizer?.['DependsOn']).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ApiStage/),
        expect.stringMatching(/^ApiGETwellknownjwksjson/),
        expect.stringMatching(/^ApiGETwellknownopenidconfiguration/),
      ]),
    );
  });

  it('is refused with ES256, which API Gateway does not know', () => {
    const refuse = () => buildRoutes({ native: { ...native, signingAlgorithm: 'ES256' } });
    expect(refuse).toThrow(SettingsError);
    expect(refuse).toThrow('native.signingAlgorithm is ES256, and API Gateway knows RSA only');
  });
});
