/** The backend of docs/module-access-token.md, as it stands there. */
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { onTestFinished, vi } from 'vitest';
import type { LocalCloud } from '../../lib/local/local-cloud.ts';
import { codeBlocks } from './readme.ts';

const project = join(import.meta.dirname, '../..');

export interface DocumentedBackend {
  /** Of the policy that its role needs. */
  readonly allowedFunction: string;
  accessTokenFor(userId: string, module: string): Promise<unknown>;
}

/** For the rest of a test: its code in a folder beside the packages that it imports, in the stage `local` in place of `prod`. */
export async function startDocumentedBackend({ aws, deployment }: LocalCloud): Promise<DocumentedBackend> {
  const blocks = codeBlocks(await readFile(join(project, 'docs/module-access-token.md'), 'utf8'));
  const blockIn = (wanted: string): string => {
    const [block, other] = blocks.filter(({ language }) => language === wanted);
    if (!block || other) throw new Error(`docs/module-access-token.md has no block in ${wanted}, or several`);
    return block.code.replaceAll('gatehouse-prod-', 'gatehouse-local-');
  };

  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-backend-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'backend.mjs');
  await writeFile(file, blockIn('js'));

  // What Lambda gives a backend there.
  const variables = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: deployment.region,
    AWS_ACCESS_KEY_ID: aws.operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.operator.secretAccessKey,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());

  const { accessTokenFor } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as DocumentedBackend;
  const { Statement } = v.parse(policy, JSON.parse(blockIn('json')));
  return { accessTokenFor, allowedFunction: Statement[0].Resource };
}

const policy = v.object({
  Statement: v.tuple([
    v.object({
      Effect: v.literal('Allow'),
      Action: v.literal('lambda:InvokeFunction'),
      Resource: v.string(),
    }),
  ]),
});
