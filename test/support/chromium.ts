/** A real browser for a test file: headless Chromium, a fresh profile for each test, and a picture of what failed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';
import { chromiumToLaunch } from './unpacked-chromium.ts';

const project = join(import.meta.dirname, '../..');
const results = join(project, 'test-results');

export interface Chromium {
  /**
   * A page with a profile of its own, for the test that runs. The test fails if the browser complains of anything on it or
   * on further pages of its context: a violated policy, an error on the console, a resource that is not there.
   */
  newPage(options?: BrowserContextOptions): Promise<Page>;
  /** What the browser has complained of so far; a test that provokes it takes it out. */
  takeComplaints(page: Page): string[];
}

interface Complaint {
  readonly text: string;
  /** Where it comes from. */
  readonly url: string;
}

const flags = [
  // Root, as in a container, has no sandbox to enter.
  '--no-sandbox',
  '--disable-quic',
  '--font-render-hinting=none',
  // Whatever the browser would like to ask at home, it asks nobody.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/** Starts one and closes it after the file's last test. */
export async function startChromium(): Promise<Chromium> {
  const browser = await chromium.launch({ ...(await chromiumToLaunch()), args: flags });
  afterAll(() => browser.close());
  const watches = new Map<BrowserContext, Watch>();

  return {
    async newPage(options) {
      const context = await browser.newContext(options);
      // Whatever a test waits for comes at once, or never.
      context.setDefaultTimeout(10_000);
      const watch = new Watch(context);
      watches.set(context, watch);
      onTestFinished(async ({ task }) => {
        try {
          const complaints = watch.takeComplaints();
          if (task.result?.state !== 'fail' && complaints.length === 0) return;
          const files = await capture(context, task.fullTestName);
          throw new BrowserReport([...complaints, `What the browser showed: ${files.join(', ')}`].join('\n'));
        } finally {
          watches.delete(context);
          await context.close();
        }
      });
      return context.newPage();
    },
    takeComplaints: (page) => watches.get(page.context())?.takeComplaints() ?? [],
  };
}

/** Waits for the page that calls itself so in its text. */
export async function expectHeading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
}

/** Fails a test, or says of a failed one where to look. Where it was thrown tells nobody anything. */
class BrowserReport extends Error {
  override readonly name = 'BrowserReport';
  override readonly stack = '';
}

/** Listens to everything that a context's pages complain of. */
class Watch {
  #complaints: Complaint[] = [];
  readonly #failedDocuments = new Set<string>();

  constructor(context: BrowserContext) {
    context.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      this.#complaints.push({ text: message.text(), url: message.location().url });
    });
    context.on('weberror', (error) => this.#complaints.push({ text: String(error.error()), url: '' }));
    context.on('response', (response) => {
      if (response.status() >= 400 && response.request().isNavigationRequest()) {
        this.#failedDocuments.add(response.url());
      }
    });
  }

  /** A page with an error status is a complaint for the browser, but what many tests are after. */
  takeComplaints(): string[] {
    const taken = this.#complaints;
    this.#complaints = [];
    return taken
      .filter(({ text, url }) => !(text.startsWith('Failed to load resource') && this.#failedDocuments.has(url)))
      .map(({ text, url }) => `${text} (${url})`);
  }
}

/** @returns the files, relative to the project. */
async function capture(context: BrowserContext, testName: string): Promise<string[]> {
  await mkdir(results, { recursive: true });
  const files: string[] = [];
  for (const [index, page] of context.pages().entries()) {
    const base = join(results, fileName(index === 0 ? testName : `${testName} ${index + 1}`));
    await page.screenshot({ path: `${base}.png`, fullPage: true });
    await writeFile(`${base}.html`, `<!-- ${page.url()} -->\n${await page.content()}`);
    files.push(`${base}.png`, `${base}.html`);
  }
  return files.map((file) => relative(project, file));
}

function fileName(testName: string): string {
  return testName
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 120);
}
