/** The Chromium that comes in the npm package @sparticuz/chromium, with its libraries and fonts. Nothing is downloaded. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LaunchOptions } from 'playwright-core';
import * as v from 'valibot';

const modules = join(import.meta.dirname, '../../node_modules');
const Package = v.pipe(v.string(), v.parseJson(), v.object({ version: v.string() }));

/**
 * How to launch it. The package is for Linux on x64; elsewhere it is the Chrome that is installed.
 * Its own libraries and fonts serve too, so that a machine without a desktop will do and pages look the same on each.
 */
export async function chromiumToLaunch(): Promise<LaunchOptions> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome' };
  const folder = await unpack();
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
}

/**
 * Left to itself the package unpacks into the temporary folder and takes a half-written file of another process for a
 * finished one. Here the first of several processes to finish puts the whole folder into place.
 */
async function unpack(): Promise<string> {
  const { version } = v.parse(Package, await readFile(join(modules, '@sparticuz/chromium/package.json'), 'utf8'));
  const cache = join(modules, '.cache');
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;

  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, 'chromium-unfinished-'));
  const script = `import chromium from '@sparticuz/chromium'; await chromium.executablePath();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    // It writes to the temporary folder, and unpacks its libraries only where it believes to be in Lambda.
    env: { ...process.env, TMPDIR: unfinished, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
  });
  await writeFile(join(unfinished, 'fonts.conf'), fontSettings(folder));
  try {
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The package's font first, then those of the machine: only they have Chinese, if any. */
function fontSettings(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}
