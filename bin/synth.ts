/** `npm run synth -- -c stage=<s>`: writes the templates to `cdk.out` without the CDK CLI, an AWS account or a network. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from '../lib/app.ts';
import { bundle } from '../lib/bundle.ts';
import { addSecurityChecks } from '../lib/security-checks.ts';
import { SettingsError } from '../lib/stages.ts';

const outdir = join(import.meta.dirname, '..', 'cdk.out');
// What was there before stays until there is something better.
const unfinished = await mkdtemp(join(tmpdir(), 'gatehouse-synth-'));

try {
  const context = contextFrom(process.argv.slice(2));
  await bundle();
  const app = buildApp({ outdir: unfinished, context });
  addSecurityChecks(app);
  const { stacks } = app.synth();
  // The checks say by themselves what they found, and set the exit code.
  if (process.exitCode !== 1) {
    await rm(outdir, { recursive: true, force: true });
    await mkdir(outdir);
    await cp(unfinished, outdir, { recursive: true });
    for (const { templateFile } of stacks) console.log(`cdk.out/${templateFile}`);
  }
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(unfinished, { recursive: true });
}

/** @throws {SettingsError} */
function contextFrom(args: string[]): Record<string, string> {
  try {
    const { values } = parseArgs({
      args,
      options: { context: { type: 'string', short: 'c', multiple: true, default: [] } },
    });
    return Object.fromEntries(
      values.context.map((pair) => {
        const [, name, value] = /^(\w+)=(.*)$/.exec(pair) ?? [];
        if (name === undefined || value === undefined) throw new Error(`"${pair}" is not name=value`);
        return [name, value];
      }),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError(`npm run synth -- -c stage=<stage> [-c name=value]: ${reason}`);
  }
}
