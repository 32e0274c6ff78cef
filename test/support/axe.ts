/** axe-core on a page of ours: in a world of its own, since our policy lets no script into the page's. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import * as v from 'valibot';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Levels A and AA of WCAG 2.0 to 2.2, and what axe's authors hold for good practice. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const Result = v.object({
  id: v.string(),
  nodes: v.array(v.object({ html: v.string(), failureSummary: v.optional(v.string(), '') })),
});
const Report = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ violations: v.array(Result), passes: v.array(v.unknown()) }),
);

/**
 * One sentence for each element that breaks a rule.
 * @throws Error when axe has hardly looked at anything.
 */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const protocol = await page.context().newCDPSession(page);
  const { frameTree } = await protocol.send('Page.getFrameTree');
  const world = await protocol.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' });
  const evaluate = (expression: string) =>
    protocol.send('Runtime.evaluate', {
      expression,
      contextId: world.executionContextId,
      awaitPromise: true,
      returnByValue: true,
    });
  await evaluate(source);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then(JSON.stringify)`;
  const { violations, passes } = v.parse(Report, (await evaluate(run)).result.value);
  await protocol.detach();
  if (passes.length < 10) throw new Error(`axe found only ${passes.length} rules to hold against the page`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
