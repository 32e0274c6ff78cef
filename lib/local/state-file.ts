/** `.local/<port>.json`: how commands on this machine find the local cloud that runs on a port, and its operator's key. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { readHttpApi } from './gateway/http-api.ts';
import type { LocalCloud } from './local-cloud.ts';

const folder = join(import.meta.dirname, '../../.local');

const RunningCloud = v.object({
  pid: v.number(),
  url: v.string(),
  aws: v.object({ url: v.string(), region: v.string(), accessKeyId: v.string(), secretAccessKey: v.string() }),
  /** By full name, with the keys of their routes. */
  functions: v.record(v.string(), v.array(v.string())),
});

export type RunningCloud = v.InferOutput<typeof RunningCloud>;

const pathFor = (port: number) => join(folder, `${port}.json`);

/** @returns a function that takes the file away again. */
export async function announce({
  port,
  url,
  aws,
  deployment,
  functionNames,
}: LocalCloud): Promise<() => Promise<void>> {
  const { routes } = readHttpApi(deployment);
  const state: RunningCloud = {
    pid: process.pid,
    url,
    aws: { url: aws.url, region: deployment.region, ...aws.operator },
    functions: Object.fromEntries(
      functionNames.map((name) => [
        name,
        routes.filter(({ functionName }) => functionName === name).map(({ routeKey }) => routeKey),
      ]),
    ),
  };
  const remove = () => rm(pathFor(port), { force: true });
  await mkdir(folder, { recursive: true });
  // A file that a killed cloud left keeps its mode when it is written again.
  await remove();
  await writeFile(pathFor(port), JSON.stringify(state), { mode: 0o600 });
  return remove;
}

/** @returns `undefined` when no local cloud runs on that port; one that was killed leaves its file behind. */
export async function findRunningCloud(port: number): Promise<RunningCloud | undefined> {
  const text = await readFile(pathFor(port), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const state = v.parse(RunningCloud, JSON.parse(text));
  return isRunning(state.pid) ? state : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
