/** The sign-in without a mouse: Tab and Enter alone, and always to be seen where one is. */
import type { Page } from 'playwright-core';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { expectHeading, startChromium } from '../support/chromium.ts';
import { startGatehouse } from '../support/gatehouse.ts';

const { url } = await startGatehouse();
const chromium = await startChromium();

describe('by keyboard', () => {
  it('a person signs in, looks at the account and signs out', async () => {
    const page = await chromium.newPage();
    await page.goto(url);
    await pressOn(page, 'Sign in');
    await expectHeading(page, 'Sign in');
    await pressOn(page, 'Alice Archer');
    await expectHeading(page, 'Signed in as Alice Archer');
    await pressOn(page, 'Your account');
    await expectHeading(page, 'Your account');
    await pressOn(page, 'Sign out');
    await expectHeading(page, 'Gatehouse');
  });

  it('a person cancels, tries again and signs in', async () => {
    const page = await chromium.newPage();
    await page.goto(`${url}/login`);
    await pressOn(page, 'Cancel');
    await expectHeading(page, 'Sign-in cancelled');
    await pressOn(page, 'Try again');
    await expectHeading(page, 'Sign in');
    await pressOn(page, 'Bob Baker');
    await expectHeading(page, 'Signed in as Bob Baker');
  });

  it('the first thing to reach is a link past the header, shown only then', async () => {
    const page = await chromium.newPage();
    await page.goto(`${url}/login?login_hint=alice@example.com&return_to=/dashboard`);
    expect(await isOnScreen(page, '.skip')).toBe(false);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toMatchObject({ name: 'Skip to content' });
    expect(await isOnScreen(page, '.skip')).toBe(true);

    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#main');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toMatchObject({ name: 'Sign out' });
  });
});

/** Goes on with Tab to what is called that, and presses Enter. Wherever it comes by, the focus has to show. */
async function pressOn(page: Page, wanted: string): Promise<void> {
  // Without its stylesheet no page shows our focus.
  await page.waitForLoadState();
  const passed: string[] = [];
  for (let name = ''; !name.includes(wanted); passed.push(name)) {
    await page.keyboard.press('Tab');
    const element = await focused(page);
    ({ name } = element);
    expect(element.outline, `the focus on ${name}`).toMatch(/^solid [3-9]px$/);
    expect(passed, `looking for ${wanted}`).not.toContain(name);
  }
  await page.keyboard.press('Enter');
}

const Focused = v.object({ name: v.string(), outline: v.string() });

async function focused(page: Page): Promise<v.InferOutput<typeof Focused>> {
  return v.parse(
    Focused,
    await page.evaluate(`(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const name = element.ariaLabel ?? element.innerText;
      return { name: name.trim(), outline: outlineStyle + ' ' + outlineWidth };
    })()`),
  );
}

/** Whether one could click it: neither clipped nor covered. */
function isOnScreen(page: Page, selector: string): Promise<boolean> {
  return page.evaluate<boolean>(`(() => {
    const element = document.querySelector('${selector}');
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return document.elementFromPoint((left + right) / 2, (top + bottom) / 2) === element;
  })()`);
}
