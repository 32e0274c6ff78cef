/** The same with nobody's hand on the clock: the lease that a killed process leaves behind really runs out. */
import { expect, it, vi } from 'vitest';
import { signInExpired } from '../support/expired-sign-in.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { sessionRowsOf } from '../support/session-rows.ts';
import { sealOf } from '../support/session-seals.ts';

const gatehouse = await startGatehouse();
const { url, faults } = gatehouse;

it('a browser that keeps asking has its session when the lease of a killed refresh is over, and not before', async () => {
  const { browser, remote } = await signInExpired(gatehouse);
  const seal = await sealOf(browser, url);
  faults.set('workos.authenticate=slow:60000');
  const lost = browser.send(`${url}/session`);
  await vi.waitFor(() => expect(remote().exchanges).toBe(1), { timeout: 10_000 });
  gatehouse.killInstances('session');
  expect((await lost).status).toBeGreaterThanOrEqual(500);
  faults.clear();
  const { leaseUntil } = await sessionRowsOf(gatehouse).read(remote().id);

  let answer = await browser.send(`${url}/session`);
  while (answer.status === 503) {
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await sealOf(browser, url)).toBe(seal);
    answer = await browser.send(`${url}/session`);
  }
  expect(answer.status).toBe(200);
  expect(Date.now()).toBeGreaterThan(Number(leaseUntil?.N));
  expect(remote()).toMatchObject({ refreshCalls: 2, exchanges: 1 });
}, 40_000);
