/** The stage `local` with other settings, without another synthesis: its templates are edited, and its code is the same. */
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';

/** @throws Error when no template has the text. @returns a folder that is gone after the file's last test. */
export async function editAssembly(before: string, after: string): Promise<string> {
  const original = inject('localAssembly');
  const edited = await mkdtemp(join(tmpdir(), 'gatehouse-assembly-'));
  afterAll(() => rm(edited, { recursive: true }));
  let count = 0;
  for (const name of await readdir(original)) {
    const path = join(original, name);
    const text = name.endsWith('.template.json') ? await readFile(path, 'utf8') : '';
    if (!text.includes(before)) {
      await symlink(path, join(edited, name));
      continue;
    }
    count += 1;
    await writeFile(join(edited, name), text.replaceAll(before, after));
  }
  if (count === 0) throw new Error(`no template has ${before}`);
  return edited;
}
