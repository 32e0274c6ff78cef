/** A function without a route: other backends of the account invoke it through IAM, by the name in the stack's outputs. */
import type { EnvModule } from './grant.ts';
import { Lambda } from './lambda.ts';

export class InvokedFunction<Module extends EnvModule> extends Lambda<Module> {
  /** For a caller's policy: `lambda:InvokeFunction` on exactly this. */
  get arn(): string {
    return this.function.functionArn;
  }
}
