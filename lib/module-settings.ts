/** What the settings say of modules, checked at synth with the rest of them. */
import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as v from 'valibot';

/** The files in functions/shared/modules, by name. */
export function moduleNames(): readonly string[] {
  const folder = join(import.meta.dirname, '../functions/shared/modules');
  return globSync('*.ts', { cwd: folder }).map((file) => basename(file, '.ts'));
}

/** As `moduleTag()` in functions/shared/domain/connect-transaction.ts; stages.test.ts holds the two equal. */
export function moduleTag(module: string): number {
  return createHash('sha256').update(`gatehouse:module:${module}`).digest().readUInt8(0);
}

/** Modules that are switched on, by the name of their file. */
export const moduleSettings = v.pipe(
  v.record(
    v.string(),
    v.strictObject({
      /**
       * `workos`: by an AuthKit authorization, so the account has the user's own e-mail address. `direct`: by a consent at the
       * provider alone, for any account of the user's.
       */
      connectVia: v.picklist(['workos', 'direct'], "must be 'workos' or 'direct'"),
    }),
  ),
  v.check(
    (modules) => Object.keys(modules).every((name) => moduleNames().includes(name)),
    'must name files of functions/shared/modules',
  ),
  v.check(
    (modules) => new Set(Object.keys(modules).map(moduleTag)).size === Object.keys(modules).length,
    'has two modules whose names a login cookie cannot tell apart: rename one',
  ),
);
