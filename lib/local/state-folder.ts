/**
 * `.local/`: what running local clouds keep on disk. `<port>.json` is how commands find the one on a port, with its
 * operator's key; `assembly-<pid>` is what it runs.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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

const announcementFor = (port: number) => join(folder, `${port}.json`);

/** An empty folder for this process's assembly; what killed ones have left is removed. */
export async function makeAssemblyFolder(): Promise<string> {
  const path = join(folder, `assembly-${process.pid}`);
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const pid = /^assembly-(\d+)$/.exec(name)?.[1];
    if (pid === undefined || (pid !== String(process.pid) && isRunning(Number(pid)))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
  await mkdir(path);
  return path;
}

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
  const path = announcementFor(port);
  const remove = () => rm(path, { force: true });
  // A file that a killed cloud left keeps its mode when it is written again.
  await remove();
  await mkdir(folder, { recursive: true });
  await writeFile(path, JSON.stringify(state), { mode: 0o600 });
  return remove;
}

/** @returns `undefined` when no local cloud runs on that port; one that was killed leaves its file behind. */
export async function findRunningCloud(port: number): Promise<RunningCloud | undefined> {
  const text = await readFile(announcementFor(port), 'utf8').catch(() => undefined);
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
