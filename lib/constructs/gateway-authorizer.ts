/** API Gateway's own check of our JWTs, for functions of a team that want to see no other request. */
import {
  HttpAuthorizer,
  HttpAuthorizerType,
  type HttpRouteAuthorizerConfig,
  type HttpApi,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct, type IDependable } from 'constructs';
import { SettingsError, type StageSettings } from '../stages.ts';

export interface GatewayAuthorizerProps {
  readonly settings: StageSettings;
  readonly httpApi: HttpApi;
  readonly publicUrl: string;
  /** What has to answer before: API Gateway reads the issuer's metadata when it makes the authorizer. */
  readonly after: readonly IDependable[];
}

/**
 * It checks signature, issuer, audience and times. It knows nothing of ended sessions, and takes a token that is bound to
 * a device key (RFC 9449) from whoever has it: `protectedEndpoint()` is what checks those.
 */
export class GatewayAuthorizer extends Construct implements IHttpRouteAuthorizer {
  readonly authorizationType = HttpAuthorizerType.JWT;
  readonly #authorizer: HttpAuthorizer;

  /** @throws {SettingsError} */
  constructor(scope: Construct, id: string, { settings, httpApi, publicUrl, after }: GatewayAuthorizerProps) {
    super(scope, id);
    const { signingAlgorithm, audience = publicUrl } = settings.native;
    if (signingAlgorithm !== 'RS256') {
      throw new SettingsError(
        `Stage ${settings.stage} cannot be built: native.signingAlgorithm is ${signingAlgorithm}, and API Gateway knows RSA only. Set RS256 in lib/stages.ts, or take gatewayAuthorizer off the routes in lib/service-stack.ts.`,
      );
    }
    this.#authorizer = new HttpAuthorizer(this, 'Authorizer', {
      httpApi,
      authorizerName: `gatehouse-${settings.stage}`,
      type: HttpAuthorizerType.JWT,
      identitySource: ['$request.header.Authorization'],
      jwtIssuer: publicUrl,
      jwtAudience: [audience],
    });
    this.#authorizer.node.addDependency(...after);
  }

  bind(): HttpRouteAuthorizerConfig {
    return { authorizerId: this.#authorizer.authorizerId, authorizationType: this.authorizationType };
  }
}
