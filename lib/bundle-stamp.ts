/** What the last bundling was made of: where nothing of it has changed, there is nothing to bundle, and a start is two seconds faster. */
import { existsSync } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as v from 'valibot';

/** Beside what esbuild has read, these decide what it writes. */
const makers = ['lib/bundle.ts', 'lib/bundle-plugins.ts', 'lib/bundle-stamp.ts', 'package-lock.json'];

const stampFile = 'dist/.stamp.json';

/** Modification time in milliseconds and size, by path. */
const states = v.array(v.tuple([v.string(), v.number(), v.number()]));
type States = v.InferOutput<typeof states>;

const stampSchema = v.object({
  entries: v.array(v.string()),
  inputs: states,
  outputs: states,
  metafile: v.custom<Metafile>((value) => typeof value === 'object' && value !== null && 'inputs' in value),
});

/** @returns esbuild's account of the last bundling, if another one would come to the same. */
export async function readStamp(root: string, entries: readonly string[]): Promise<Metafile | undefined> {
  let text: string;
  try {
    text = await readFile(join(root, stampFile), 'utf8');
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), stampSchema), text);
  if (!parsed.success) return undefined;
  const { metafile, inputs, outputs } = parsed.output;
  const before = [...inputs, ...outputs];
  const isSame = parsed.output.entries.join() === entries.join();
  return isSame &&
    isUnchanged(
      before,
      await statesOf(
        root,
        before.map(([path]) => path),
      ),
    )
    ? metafile
    : undefined;
}

/** @param startedAt of the bundling: of what was changed since, nobody knows which version went in. */
export async function writeStamp(
  root: string,
  entries: readonly string[],
  metafile: Metafile,
  startedAt: Date,
): Promise<void> {
  // Paths with a namespace are made up by our plugins.
  const sources = [...Object.keys(metafile.inputs), ...makers].filter((path) => existsSync(join(root, path)));
  const inputs = await statesOf(root, sources);
  const outputs = await statesOf(
    root,
    entries.map((name) => join('dist', name, 'index.mjs')),
  );
  if (!inputs || !outputs || inputs.some(([, changedAt]) => changedAt >= startedAt.getTime())) return;
  const unfinished = join(root, `${stampFile}.${process.pid}`);
  await writeFile(unfinished, JSON.stringify({ entries, inputs, outputs, metafile }));
  await rename(unfinished, join(root, stampFile));
}

/** @returns `undefined` when one of them is not there. */
async function statesOf(root: string, paths: readonly string[]): Promise<States | undefined> {
  try {
    return await Promise.all(
      paths.map(async (path): Promise<States[number]> => {
        const { mtimeMs, size } = await stat(join(root, path));
        return [path, mtimeMs, size];
      }),
    );
  } catch {
    return undefined;
  }
}

function isUnchanged(before: States, now: States | undefined): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}
