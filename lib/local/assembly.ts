/** What `app.synth()` wrote: the templates, and the folders with the functions' code. */
import { readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import * as v from 'valibot';
import type { SynthesizedStack } from './template.ts';

export interface Assembly {
  readonly stacks: readonly SynthesizedStack[];
  /**
   * @param s3Key where a template expects the code
   * @throws Error when the assembly has no folder for it.
   */
  codePath(s3Key: string): string;
}

const Manifest = v.object({
  artifacts: v.record(
    v.string(),
    v.object({
      type: v.string(),
      properties: v.optional(v.looseObject({ templateFile: v.optional(v.string()), file: v.optional(v.string()) }), {}),
    }),
  ),
});

const AssetManifest = v.object({
  files: v.record(v.string(), v.object({ source: v.object({ path: v.string(), packaging: v.string() }) })),
});

/** @throws Error when the folder holds no cloud assembly. */
export async function readAssembly(directory: string): Promise<Assembly> {
  const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(directory, file), 'utf8'));
  const artifacts = Object.entries(v.parse(Manifest, await read('manifest.json')).artifacts);

  const stacks: SynthesizedStack[] = [];
  const codePaths = new Map<string, string>();
  for (const [name, { type, properties }] of artifacts) {
    if (type === 'aws:cloudformation:stack' && properties.templateFile !== undefined) {
      stacks.push({ stackName: name, template: await read(properties.templateFile) });
    }
    if (type === 'cdk:asset-manifest' && properties.file !== undefined) {
      const { files } = v.parse(AssetManifest, await read(properties.file));
      for (const [hash, { source }] of Object.entries(files)) {
        if (source.packaging === 'zip') codePaths.set(hash, join(directory, source.path));
      }
    }
  }
  return {
    stacks,
    codePath(s3Key) {
      const path = codePaths.get(parse(s3Key).name);
      if (path === undefined) throw new Error(`the assembly in ${directory} has no code for ${s3Key}`);
      return path;
    },
  };
}
