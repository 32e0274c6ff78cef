/** examples/spa on a port of its own, which the local cloud beside it lists in `webOrigins` in the place of 5173. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import { serveSpa } from '../../examples/spa/serve.ts';
import type { LocalCloud } from '../../lib/local/local-cloud.ts';
import { listenOnLoopback } from '../../lib/local/loopback.ts';
import { startGatehouse } from './gatehouse.ts';

const example = 'http://localhost:5173';

export interface SpaAndGatehouse {
  readonly gatehouse: LocalCloud;
  /** An origin. */
  readonly spaUrl: string;
  /** The same files on another port, which nothing lists; an origin. */
  readonly unlistedUrl: string;
}

/** Both end with the file's tests. */
export async function startSpaAndGatehouse(): Promise<SpaAndGatehouse> {
  const [port, unlistedPort] = [await freePort(), await freePort()];
  const assembly = await mkdtemp(join(tmpdir(), 'gatehouse-spa-'));
  afterAll(() => rm(assembly, { recursive: true }));
  await cp(inject('localAssembly'), assembly, { recursive: true });
  const template = join(assembly, 'gatehouse-local-service.template.json');
  const text = await readFile(template, 'utf8');
  if (!text.includes(example)) throw new Error(`the stage local does not list ${example}`);
  await writeFile(template, text.replaceAll(example, `http://localhost:${port}`));

  const gatehouse = await startGatehouse({ assembly });
  const spa = await serveSpa({ port, gatehouseUrl: gatehouse.url });
  const unlisted = await serveSpa({ port: unlistedPort, gatehouseUrl: gatehouse.url });
  afterAll(() => {
    spa.close();
    unlisted.close();
  });
  return { gatehouse, spaUrl: spa.url, unlistedUrl: unlisted.url };
}

async function freePort(): Promise<number> {
  const { port, close } = await listenOnLoopback(0);
  await close();
  return port;
}
