/** One construct in a stack of its own, without bundles. */
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as v from 'valibot';
import { settingsFor, type StageSettings } from '../../lib/stages.ts';

/** Of a function that asks for no variables. */
export interface NoVariables {
  readonly env: typeof noVariables;
}

const noVariables = v.object({});

export interface Built {
  readonly template: Template;
  /** What cdk-nag finds and nobody has answered. */
  readonly findings: readonly string[];
}

/** @param changes to the settings of `dev` */
export function build(
  make: (stack: Stack, common: { settings: StageSettings; codeOf: () => Code; env: object }) => void,
  changes: Partial<StageSettings> = {},
): Built {
  const app = new App({ analyticsReporting: false, context: { '@aws-cdk/aws-iam:minimizePolicies': true } });
  const stack = new Stack(app, 'app');
  make(stack, {
    settings: { ...settingsFor('dev'), ...changes },
    codeOf: () => Code.fromInline('placeholder'),
    env: {},
  });
  const { violations } = new AwsSolutionsChecks().validateScope(app);
  return { template: Template.fromStack(stack), findings: violations.map(({ ruleName }) => ruleName) };
}
