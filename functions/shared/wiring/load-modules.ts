/** The modules that the settings switch on, each read from its file: a new one is a file and a line of settings. */
import * as v from 'valibot';
import { type Module, moduleFile, type ModuleSettings } from '../domain/modules.ts';

/** esbuild bundles every file of the folder. */
export async function loadModules(settings: ModuleSettings): Promise<readonly Module[]> {
  return Promise.all(
    Object.entries(settings).map(async ([name, { connectVia }]) => {
      const file: unknown = await import(`../modules/${name}.ts`);
      return { name, connectVia, ...v.parse(moduleFile, file).definition };
    }),
  );
}
