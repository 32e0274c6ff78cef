/** Once per test run: bundles the functions and synthesizes the stage `local`, from which every flow starts its own cloud. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildApp } from '../../lib/app.ts';
import { bundle } from '../../lib/bundle.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A cloud assembly of the stage `local`. */
    localAssembly: string;
  }
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const assembly = await mkdtemp(join(tmpdir(), 'gatehouse-assembly-'));
  await bundle();
  buildApp({ stage: 'local', outdir: assembly }).synth();
  provide('localAssembly', assembly);
  return () => rm(assembly, { recursive: true });
}
