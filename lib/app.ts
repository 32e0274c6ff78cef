/** The CDK app: both stacks of one stage, without any look-up in an AWS account. */
import { Code } from 'aws-cdk-lib/aws-lambda';
import { App, Tags } from 'aws-cdk-lib/core';
import * as v from 'valibot';
import { bundlePath } from './bundle.ts';
import type { CodeOf } from './constructs/lambda.ts';
import { DataStack } from './data-stack.ts';
import { ServiceStack } from './service-stack.ts';
import { overridableSettings, SettingsError, settingsFor, type StageName } from './stages.ts';

export interface AppOptions {
  /** Wins over `-c stage=`; without either it is `dev`. */
  readonly stage?: StageName;
  /** Where the templates go; the CDK CLI sets its own. */
  readonly outdir?: string;
  /** What the CLI takes as `-c name=value`. */
  readonly context?: Readonly<Record<string, string>>;
  /** Default: the bundles, which must have been built. */
  readonly codeOf?: CodeOf;
}

/** Here and not in cdk.json, which only the CLI reads: `npm run synth` and `npm start` must write the same templates. */
const featureFlags = {
  '@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:annotationsInValidationReport': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/core:validateAgainstDefaultRules': true,
};

/** @throws {SettingsError} when the stage, a setting or the name of an override is wrong. */
export function buildApp({ stage, outdir, context, codeOf = bundleOf }: AppOptions = {}): App {
  const app = new App({
    context: { ...featureFlags, ...context },
    analyticsReporting: false,
    // A second of WebAssembly; whoever waits for `npm start` need not, and the other commands do it.
    builtinCloudFormationValidation: stage !== 'local',
    ...(outdir !== undefined && { outdir }),
  });
  const settings = settingsFor(stage ?? textFrom(app, 'stage') ?? 'dev', overridesFrom(app));

  const data = new DataStack(app, { settings });
  new ServiceStack(app, { settings, data, codeOf });
  Tags.of(app).add('application', 'gatehouse');
  Tags.of(app).add('stage', settings.stage);
  return app;
}

const bundleOf: CodeOf = (name) => Code.fromAsset(bundlePath(name));

function overridesFrom(app: App): Record<string, string> {
  const given = Object.keys(v.parse(v.record(v.string(), v.unknown()), app.node.getAllContext()));
  // The CLI's own keys and feature flags contain a colon or a slash.
  const unknown = given.filter((key) => /^\w+$/.test(key) && key !== 'stage' && !isOverridable(key));
  if (unknown.length > 0) {
    throw new SettingsError(`-c ${unknown.join(', ')}: not known. Known: stage, ${overridableSettings.join(', ')}.`);
  }
  return Object.fromEntries(
    overridableSettings.flatMap((name) => {
      const value = textFrom(app, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const isOverridable = (key: string) => overridableSettings.some((name) => name === key);

function textFrom(app: App, name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' ? value : undefined;
}
