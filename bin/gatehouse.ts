/** The CDK app as the CDK CLI runs it (cdk.json): `npm run deploy --all -c stage=prod`. */
import { buildApp } from '../lib/app.ts';
import { bundle } from '../lib/bundle.ts';
import { addSecurityChecks } from '../lib/security-checks.ts';
import { SettingsError } from '../lib/stages.ts';

try {
  await bundle();
  const app = buildApp();
  addSecurityChecks(app);
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
