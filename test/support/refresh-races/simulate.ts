/** One schedule from its seed: browsers whose tabs all come when the access token expires, until all is quiet again. */
import { createMemorySessionRecords } from '../memory-session-records.ts';
import { createFunction } from './function.ts';
import type { Pair } from './workos-model.ts';
import { type Browser, createWorld, tokenHashOf, type Visit, type World, type WorldOptions } from './world.ts';

/** API Gateway's client hears of a 503 then, whatever the function still does: harsher than Lambda, which ends it. */
const functionTimeoutMs = 15_000;
/** From one expiry to the next: an access token's life, and time for everyone to have a new one. */
const burstEveryMs = 350_000;
const spreadMs = 2_000;
const longestRetryMs = 3_000;

export interface History extends Pick<World, 'weather' | 'workos' | 'browsers' | 'visits' | 'successors'> {
  /** One visit of each browser that still has a cookie, long after the last burst, with nothing wrong any more. */
  readonly finalVisits: readonly Visit[];
}

export async function simulate(options: WorldOptions): Promise<History> {
  const world = createWorld(options);
  const { time, weather, browsers } = world;
  const serve = createFunction(world);
  const finalVisits: Visit[] = [];

  const live = async (): Promise<void> => {
    for (let burst = 1; burst <= weather.bursts; burst += 1) {
      await time.sleep(burst * burstEveryMs - time.now());
      world.burstAt = time.now();
      world.say('burst', `${burst}`);
      await Promise.all(browsers.map((browser) => runTabs(world, browser, serve)));
    }
    // Whoever is frozen comes back before it.
    await time.sleep(2 * burstEveryMs);
    for (const { cookie } of browsers) if (cookie) finalVisits.push(await serve(cookie));
  };
  await time.run(live());
  const { workos, visits, successors } = world;
  return { weather, workos, browsers, visits, successors, finalVisits };
}

type Serve = (cookie: Pair) => Promise<Visit>;

async function runTabs(world: World, browser: Browser, serve: Serve): Promise<void> {
  const { weather, random, time } = world;
  const tabs = Array.from({ length: weather.tabs }, async () => {
    await time.sleep(random.between(0, spreadMs));
    await loadPage(world, browser, serve);
  });
  const strays = Array.from({ length: weather.strayRequests }, async () => {
    await time.sleep(random.between(0, 20_000));
    // Nobody waits for its answer: it may never come.
    void serve({ sessionId: browser.sessionId, generation: 0, accessExpiresAt: 0 });
  });
  const signingOut = random.chance(weather.logout) ? [signOut(world, browser)] : [];
  await Promise.all([...tabs, ...strays, ...signingOut]);
}

/** Tries again after a 503, with whatever cookie is in the jar by then. */
async function loadPage(world: World, browser: Browser, serve: Serve): Promise<void> {
  const { random, time } = world;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { cookie } = browser;
    if (!cookie) return;
    if (await ask(world, browser, () => serve(cookie))) return;
    await time.sleep(random.between(500, longestRetryMs));
  }
}

/** @returns whether an answer came that is no 503; its cookie is in the jar then, or the jar is empty. */
async function ask(world: World, browser: Browser, serve: () => Promise<Visit>): Promise<boolean> {
  const { weather, random, time, latency, isTroubled, say } = world;
  await latency(weather.latencyMs.network);
  const visit = await Promise.race([serve(), time.sleep(functionTimeoutMs)]);
  await latency(weather.latencyMs.network);
  if (isTroubled() && random.chance(weather.chances.answerLost)) return false;
  if (!visit || visit.outcome === 'unavailable') return false;
  if (visit.outcome === 'ended') {
    browser.cookie = undefined;
    say(browser.sessionId, 'cookie cleared');
  }
  if (visit.pair) {
    browser.cookie = visit.pair;
    say(browser.sessionId, `cookie is ${tokenHashOf(visit.pair)}`);
  }
  return true;
}

/** Marks the row, clears the cookie; WorkOS's own logout page comes later, or the browser never gets there. */
async function signOut(world: World, browser: Browser): Promise<void> {
  const { rows, weather, random, time, latency, workos, say } = world;
  const { sessionId } = browser;
  await time.sleep(random.between(0, 12_000));
  await latency(weather.latencyMs.network);
  await createMemorySessionRecords({ rows }).end({ sessionId, userId: `usr of ${sessionId}` }, time.clock());
  browser.loggedOutAt ??= time.now();
  say(sessionId, 'logged out');
  await latency(weather.latencyMs.network);
  browser.cookie = undefined;
  if (random.chance(0.3)) return;
  await latency(weather.latencyMs.network);
  workos.revoke(sessionId);
}
