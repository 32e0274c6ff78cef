/** AWS services that fail: the browser is told to come back, nothing is half done, and the next try works. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { operatorOf } from '../support/operator.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, faults } = gatehouse;
const operator = operatorOf(gatehouse);

let browser: UserAgent;
beforeEach(() => {
  browser = new UserAgent();
});
afterEach(() => faults.clear());

function expectTryLater(answer: Answer): void {
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(answer.body).toContain('temporarily_unavailable');
  expect(answer.setCookies).toStrictEqual([]);
}

describe('without the Users table', () => {
  it.each(['503', 'lost'])('(%s) a login fails for now, and nobody is signed in', async (fault) => {
    const eventsBefore = gatehouse.aws.events.length;
    faults.set(`dynamodb=${fault}`);
    const page = await browser.signIn(url, { return_to: '/dashboard' });
    expect(page.url).toBe(`${url}/login?error=temporarily_unavailable&return_to=%2Fdashboard`);
    expect(await browser.cookies(url)).toStrictEqual({});
    expect(gatehouse.aws.events).toHaveLength(eventsBefore);

    faults.clear();
    expect((await browser.signIn(url, { return_to: '/dashboard' })).url).toBe(`${url}/dashboard`);
  });

  it('a login survives a single failure', async () => {
    faults.set('dynamodb.UpdateItem=503*1');
    expect((await browser.signIn(url)).url).toBe(`${url}/`);
  });

  it('the account page is not there, and the first page and /session are', async () => {
    await browser.signIn(url);
    faults.set('dynamodb=503');
    expectTryLater(await browser.send(`${url}/dashboard`));
    expect((await browser.send(`${url}/`)).body).toContain('alice@example.com');
    expect((await browser.send(`${url}/session`)).status).toBe(200);
  });

  it('tells an operator what failed', async () => {
    await browser.signIn(url);
    faults.set('dynamodb.GetItem=throttle');
    const { headers } = await browser.send(`${url}/dashboard`);
    const line = gatehouse.logLines.find(
      ({ record }) => record?.['requestId'] === headers.get('apigw-requestid') && record['level'] === 'error',
    );
    expect(line?.record).toMatchObject({
      event: 'request.failed',
      error: {
        message: 'the Users table did not answer as it should',
        cause: { name: 'ProvisionedThroughputExceededException' },
      },
    });
  });
});

describe('without the bus', () => {
  it.each(['503', 'lost'])('(%s) people sign in and out all the same, and the log has what was lost', async (fault) => {
    faults.set(`events=${fault}`);
    expect((await browser.signIn(url)).body).toContain('Signed in as');
    expect((await browser.visit(`${url}/logout`)).url).toBe(`${url}/`);
    expect((await browser.send(`${url}/session`)).status).toBe(401);
    const lost = gatehouse.logLines.filter(({ record }) => record?.['event'] === 'event.lost').slice(-2);
    expect(lost.map(({ record }) => [record?.['level'], record?.['name']])).toStrictEqual([
      ['error', 'user.signed_in'],
      ['error', 'user.signed_out'],
    ]);
  });
});

describe('without Secrets Manager', () => {
  const routes = ['/login', '/callback?code=x&state=y', '/', '/session', '/dashboard', '/logout'];

  it('new instances ask people to come back, keep their cookies, and work as soon as it answers', async () => {
    await browser.signIn(url);
    gatehouse.killInstances();
    faults.set('secretsmanager=503');
    for (const route of routes) expectTryLater(await browser.send(url + route));
    faults.clear();
    expect((await browser.send(`${url}/session`)).status).toBe(200);
    expect((await browser.send(`${url}/dashboard`)).status).toBe(200);
    expect((await new UserAgent().signIn(url)).url).toBe(`${url}/`);
  });

  it('new instances serve the first page to who has no session', async () => {
    gatehouse.killInstances('home');
    faults.set('secretsmanager=503');
    expect((await browser.send(`${url}/`)).status).toBe(200);
  });

  it('instances that have read their secrets go on', async () => {
    await browser.signIn(url, { return_to: '/dashboard' });
    faults.set('secretsmanager=503');
    expect((await browser.send(`${url}/dashboard`)).status).toBe(200);
    expect((await browser.signIn(url)).url).toBe(`${url}/`);
  });
});

describe('when AWS does not answer at all', () => {
  it('nobody waits until Lambda gives up: people sign in without the bus, and are told to come back for the rest', async () => {
    // So that there are instances of both pages that have read their secrets.
    await browser.signIn(url);
    await browser.send(`${url}/dashboard`);
    gatehouse.killInstances('session');
    faults.set('events=hang,dynamodb.GetItem=hang,secretsmanager=hang');
    const another = new UserAgent();
    const [page, dashboard, session] = await Promise.all([
      another.signIn(url),
      browser.send(`${url}/dashboard`),
      browser.send(`${url}/session`),
    ]);
    expect(page.body).toContain('Signed in as');
    expectTryLater(dashboard);
    expectTryLater(session);
  });
});

describe('a deployment whose secrets nobody has filled in', () => {
  it('says in the log which fields are missing', async () => {
    await operator.putSecret('workos', { WORKOS_API_KEY: 'not-set', WORKOS_CLIENT_ID: 'not-set' });
    gatehouse.killInstances('login');
    expectTryLater(await browser.send(`${url}/login`));
    const line = gatehouse.logLines.findLast(({ record }) => record?.['event'] === 'request.failed');
    expect(line?.text).toMatch(/WORKOS_API_KEY, WORKOS_CLIENT_ID missing or malformed; set it with npm run secret/);
  });
});
