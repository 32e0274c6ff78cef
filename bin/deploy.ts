/**
 * `npm run deploy -- -c stage=<s> [options of cdk deploy]`: deploys every stack of a stage, then says in WorkOS's words what
 * belongs into its dashboard. The CDK CLI does the work, with bin/gatehouse.ts, which bundles the functions anew.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { overridableSettings, SettingsError, settingsFor, stageNames } from '../lib/stages.ts';

/** Something that whoever typed the command can mend. */
class UsageError extends Error {}

const deployable = stageNames.filter((name) => name !== 'local');
const usage = `npm run deploy -- -c stage=<${deployable.join('|')}> [options of cdk deploy]`;

async function run(args: string[]): Promise<number> {
  const stage = refuseWhatCannotWork(args);
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-deploy-'));
  try {
    // Not cdk.out: another command may write there meanwhile.
    const assembly = join(folder, 'assembly');
    const outputsFile = join(folder, 'outputs.json');
    const exitCode = await cdk(['deploy', '--all', '--output', assembly, '--outputs-file', outputsFile, ...args]);
    if (exitCode === 0) await tellOutputs(stage, assembly, outputsFile);
    return exitCode;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @returns the stage. @throws {UsageError} @throws {SettingsError} */
function refuseWhatCannotWork(args: string[]): string {
  // The rest is the CLI's to judge.
  const options = { context: { type: 'string', short: 'c', multiple: true } } as const;
  const { context = [] } = parseArgs({ args, options, strict: false }).values;
  const pairs = [context].flat().map((pair) => /^(\w+)=(.*)$/.exec(String(pair)) ?? []);
  const valuesOf = (wanted: string) => pairs.flatMap(([, name, value]) => (name === wanted && value ? [value] : []));

  const [stage, ...others] = valuesOf('stage');
  if (stage === undefined || others.length > 0) throw new UsageError(`Which stage? ${usage}`);
  if (stage === 'local') throw new UsageError(`The stage local runs on this machine: npm start. To deploy: ${usage}`);
  const overrides = overridableSettings.flatMap((name) => valuesOf(name).map((value) => [name, value] as const));
  const { publicUrl } = settingsFor(stage, Object.fromEntries(overrides));
  if (publicUrl !== undefined && /(^|\.)example\.(com|net|org)$/.test(new URL(publicUrl).hostname)) {
    throw new UsageError(
      `publicUrl is ${publicUrl}, an example. Put your own into lib/stages.ts, or add -c publicUrl=<url>.`,
    );
  }
  return stage;
}

/** With this terminal as its own: it asks before it broadens permissions. */
async function cdk(args: readonly string[]): Promise<number> {
  const child = spawn('cdk', args, { stdio: 'inherit' });
  // A terminal tells both of us of Ctrl-C; whoever else sends a signal knows only this process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  try {
    const [exitCode] = v.parse(v.looseTuple([v.nullable(v.number())]), await once(child, 'exit'));
    return exitCode ?? 1;
  } catch (error) {
    if (!v.is(v.object({ code: v.literal('ENOENT') }), error)) throw error;
    throw new UsageError(`The CDK CLI is not on the PATH. Run npm ci, then this command through npm: ${usage}`);
  }
}

const Template = v.object({
  Outputs: v.optional(v.record(v.string(), v.object({ Description: v.optional(v.string()) })), {}),
});
/** By stack, then by name. */
const Outputs = v.record(v.string(), v.record(v.string(), v.string()));

/** Those with a description are for people; the others tie the stacks together. */
async function tellOutputs(stage: string, assembly: string, outputsFile: string): Promise<void> {
  // A change set that was only prepared has none.
  const deployed = await readJson(Outputs, outputsFile).catch(() => ({}));
  const lines: string[] = [];
  for (const [stackName, outputs] of Object.entries(deployed)) {
    const template = await readJson(Template, join(assembly, `${stackName}.template.json`));
    for (const [name, value] of Object.entries(outputs)) {
      const description = template.Outputs[name]?.Description;
      if (description !== undefined) lines.push(`  ${name}`, `    ${value}`, `    ${description}`);
    }
  }
  if (lines.length === 0) return;
  console.log(
    ['', 'What other places need to know:', ...lines, '', 'Next, unless it is done: the secrets.'].join('\n'),
  );
  console.log(
    `  npm run secret -- --stage ${stage} WORKOS_API_KEY=-\n  docs/deploy.md has every step with its reason.`,
  );
}

async function readJson<const Schema extends v.GenericSchema>(
  schema: Schema,
  path: string,
): Promise<v.InferOutput<Schema>> {
  return v.parse(v.pipe(v.string(), v.parseJson(), schema), await readFile(path, 'utf8'));
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
