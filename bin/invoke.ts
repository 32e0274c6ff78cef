/** `npm run invoke -- <function> [event.json]`: runs one function of the running local cloud and prints its answer. */
import { readFile } from 'node:fs/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { fullName, shortName } from '../lib/local/function-names.ts';
import { sampleEvent } from '../lib/local/sample-event.ts';
import { readPort, StartSettingsError } from '../lib/local/start-settings.ts';
import { findRunningCloud, type RunningCloud } from '../lib/local/state-folder.ts';

/** Something that whoever typed the command can mend. */
class UsageError extends Error {}

const usage = 'Usage: npm run invoke -- <function> [event.json]';

async function run([name, eventFile]: readonly string[]): Promise<boolean> {
  const port = readPort(process.env);
  const cloud = await findRunningCloud(port);
  if (!cloud)
    throw new UsageError(`No local cloud runs on port ${port}. Start one with npm start, or set PORT to its port.`);

  const functionNames = Object.keys(cloud.functions);
  const known = `Functions: ${functionNames.map((full) => shortName(functionNames, full)).join(', ')}`;
  if (name === undefined) throw new UsageError(`${usage}\n${known}`);
  const functionName = fullName(functionNames, name);
  if (functionName === undefined) throw new UsageError(`There is no function ${name}. ${known}`);

  const event =
    eventFile === undefined ? sampleEvent(cloud.functions[functionName] ?? [], cloud.url) : await readEvent(eventFile);
  const { hasFailed, payload } = await invoke(cloud, functionName, event);
  console.log(JSON.stringify(payload, undefined, 2));
  return !hasFailed;
}

async function readEvent(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`${path} cannot be read.`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${String(error)}`);
  }
}

async function invoke(
  { aws, url }: RunningCloud,
  functionName: string,
  event: unknown,
): Promise<{ hasFailed: boolean; payload: unknown }> {
  const { url: endpoint, region, accessKeyId, secretAccessKey } = aws;
  const client = new LambdaClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
  const command = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) });
  const { FunctionError, Payload } = await client.send(command).catch((error: unknown) => {
    throw new UsageError(`The local cloud at ${url} did not run ${functionName}: ${String(error)}`);
  });
  return { hasFailed: FunctionError !== undefined, payload: JSON.parse(Buffer.from(Payload ?? []).toString()) };
}

try {
  process.exitCode = (await run(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError || error instanceof StartSettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
