/** Bundles every function in one esbuild run: `functions/<name>/handler.ts` → `dist/<name>/index.mjs`. */
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import {
  assetPathsAsConstants,
  builtinsOnDemand,
  credentialsFromEnvironment,
  errorsInShort,
  noAdaptiveRetries,
  noEndpointDiscovery,
  noEventSigning,
  oneJose,
  oneRegion,
  regionFromEnvironment,
  sha256FromNode,
  versionOnly,
  workosForSignIn,
} from './bundle-plugins.ts';
import { readStamp, writeStamp } from './bundle-stamp.ts';

const project = join(import.meta.dirname, '..');

/** The folder that Lambda gets for `functions/<name>`. */
export function bundlePath(name: string): string {
  return join(project, 'dist', name);
}

/** Names of the functions: the folders with a handler. */
export function functionNames(root = project): string[] {
  return globSync('functions/*/handler.ts', { cwd: root })
    .map((path) => basename(dirname(path)))
    .toSorted();
}

/**
 * Writes `dist/`, unless nothing has changed since it was written, leaving files alone whose content has not. The same sources give the same bytes, so a
 * deployment touches only the functions that differ. Source maps lie beside the folders: Lambda does not get them, and
 * `node --enable-source-maps` finds them here.
 *
 * @returns esbuild's account of what went into each bundle; its paths are relative to `root`.
 */
export async function bundle(root = project): Promise<Metafile> {
  const names = functionNames(root);
  const known = await readStamp(root, names);
  if (known) return known;
  const startedAt = new Date();
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: `functions/${name}/handler.ts`, out: name })),
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // ESM sources first: only there does esbuild drop what is unused.
    mainFields: ['module', 'main'],
    // The SDK imports these when an operation streams events. None of ours does.
    external: ['@smithy/core/event-streams'],
    charset: 'utf8',
    minify: true,
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [
      assetPathsAsConstants,
      builtinsOnDemand,
      credentialsFromEnvironment,
      errorsInShort,
      noAdaptiveRetries,
      noEndpointDiscovery,
      noEventSigning,
      oneJose,
      oneRegion,
      regionFromEnvironment,
      sha256FromNode,
      versionOnly,
      workosForSignIn,
    ],
  });

  await Promise.all(
    outputFiles.map(({ path, contents }) => {
      if (path.endsWith('.map')) return writeIfChanged(path, contents);
      const name = basename(path, '.mjs');
      const reference = Buffer.from(`//# sourceMappingURL=../${name}.mjs.map\n`);
      return writeIfChanged(join(root, 'dist', name, 'index.mjs'), Buffer.concat([contents, reference]));
    }),
  );
  await writeStamp(root, names, metafile, startedAt);
  return metafile;
}

/** By rename: whoever starts a function meanwhile reads the old file or the new one, never half of it. */
async function writeIfChanged(path: string, contents: Uint8Array): Promise<void> {
  if (existsSync(path) && (await readFile(path)).equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, contents);
  await rename(unfinished, path);
}
