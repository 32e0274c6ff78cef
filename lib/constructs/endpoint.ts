/** One endpoint: a function of its own behind one or more routes of the API. */
import type { Construct } from 'constructs';
import type { EnvModule } from './grant.ts';
import { Lambda, type LambdaProps } from './lambda.ts';
import type { ConnectOptions, PublicApi, RouteKey } from './public-api.ts';

export interface EndpointProps<Module extends EnvModule> extends LambdaProps<Module>, ConnectOptions {
  readonly api: PublicApi;
  readonly routes: readonly RouteKey[];
}

export class Endpoint<Module extends EnvModule> extends Lambda<Module> {
  constructor(scope: Construct, name: string, props: EndpointProps<Module>) {
    super(scope, name, props);
    props.api.connect(props.routes, this.function, props);
  }
}
