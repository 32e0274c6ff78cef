/** A person in front of a provider's consent page, with a browser that follows every redirect there and back. */
import { type Answer, UserAgent } from './user-agent.ts';

export interface Consent {
  /** The one that the page proposes unless given. */
  readonly account?: string;
  /** Left ticked; all of them unless given. */
  readonly scopes?: readonly string[];
  readonly says?: 'allow' | 'cancel';
}

const maxSteps = 12;

/**
 * @param end what the address that ends it begins with.
 * @returns that address, which is not visited.
 */
export async function consentInBrowser(
  url: string,
  end: string,
  browser = new UserAgent(),
  consent: Consent = {},
): Promise<URL> {
  let answer = await browser.send(url);
  for (let step = 0; step < maxSteps; step += 1) {
    if (answer.location?.startsWith(end)) return new URL(answer.location);
    answer =
      answer.location === undefined ? await answerPage(browser, answer, consent) : await browser.send(answer.location);
  }
  throw new Error('the browser was led in circles');
}

/** @throws Error for a page that asks for no consent. */
async function answerPage(browser: UserAgent, page: Answer, { account, scopes, says = 'allow' }: Consent) {
  const valuesOf = (pattern: RegExp): string[] => [...page.body.matchAll(pattern)].map(([, value = '']) => value);
  const [proposed = ''] = [...valuesOf(/<option value="([^"]*)" selected>/g), ...valuesOf(/<option value="([^"]*)">/g)];
  const ticked = scopes ?? valuesOf(/name="scope" value="([^"]*)" checked/g);
  if (!page.body.includes('name="consent"')) throw new Error(`${page.url.split('?')[0]} answered ${page.status}`);
  return browser.submit(page.url, { account: account ?? proposed, scope: ticked.join(' '), consent: says });
}
