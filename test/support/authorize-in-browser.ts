/** What the system browser does for an app: from the authorization URL to the redirect that the operating system gives the app. */
import { UserAgent } from './user-agent.ts';

/** @returns the redirect, which is not visited. */
export async function authorizeInBrowser(
  url: string | URL,
  redirectUri: string,
  browser = new UserAgent(),
): Promise<URL> {
  const authorization = new URL(url);
  if (!authorization.searchParams.has('login_hint')) authorization.searchParams.set('login_hint', 'alice@example.com');
  let answer = await browser.send(authorization.href);
  for (let redirects = 0; redirects < 5; redirects++) {
    if (answer.location === undefined) throw new Error(`${answer.url.split('?')[0]} answered ${answer.status}`);
    if (answer.location.startsWith(redirectUri)) return new URL(answer.location);
    answer = await browser.send(answer.location);
  }
  throw new Error('the browser was led in circles');
}
