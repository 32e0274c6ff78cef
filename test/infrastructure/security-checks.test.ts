/** cdk-nag over the stacks: every finding is fixed, or acknowledged where it is with its reason. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../lib/app.ts';
import { DataStack } from '../../lib/data-stack.ts';
import { settingsFor, type StageName } from '../../lib/stages.ts';

const outdir = mkdtempSync(join(tmpdir(), 'gatehouse-nag-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const appOf = (stage: StageName) => buildApp({ stage, outdir, codeOf: () => Code.fromInline('placeholder') });

describe('AwsSolutionsChecks', () => {
  it.each(['dev', 'prod'] as const)('has no finding in %s that nobody answered', (stage) => {
    expect(new AwsSolutionsChecks().validateScope(appOf(stage)).violations).toEqual([]);
  });

  it('finds what nobody acknowledged', () => {
    const app = appOf('dev');
    new Secret(new DataStack(app, { settings: settingsFor('prod') }), 'Bare');
    const { violations } = new AwsSolutionsChecks().validateScope(app);
    expect(violations).toEqual([
      expect.objectContaining({
        ruleName: 'AwsSolutions-SMG4',
        violatingResources: [expect.objectContaining({ constructPath: 'gatehouse-prod-data/Bare/Resource' })],
      }),
    ]);
  });
});
