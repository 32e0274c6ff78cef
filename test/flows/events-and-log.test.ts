/** What a sign-in leaves behind for operators and for whatever a team builds on the bus. */
import { beforeEach, describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;

let browser: UserAgent;
beforeEach(() => {
  browser = new UserAgent();
});

/** The records of all lines that were logged while `work` ran, without the access log. */
async function logOf(work: () => Promise<unknown>): Promise<Readonly<Record<string, unknown>>[]> {
  const before = gatehouse.logLines.length;
  await work();
  const lines = gatehouse.logLines.slice(before).filter(({ source }) => source !== 'access-log');
  return lines.map(({ record }) => record ?? {});
}

describe('the bus', () => {
  it('hears of each sign-in and sign-out, with ids and no more', async () => {
    await browser.signIn(url, { login_hint: 'bob@example.com' });
    const { uid, sessionId, organizationId } = JSON.parse((await browser.send(`${url}/session`)).body) as Record<
      string,
      string
    >;
    await browser.visit(`${url}/logout`);
    const bus = gatehouse.deployment.resources.find(({ type }) => type === 'AWS::Events::EventBus')?.physicalId;
    const signedIn = { userId: uid, sessionId, origin: 'web', provider: 'authkit', method: 'Password', organizationId };
    expect(gatehouse.aws.events).toStrictEqual([
      { bus, source: 'gatehouse', detailType: 'user.signed_in', detail: signedIn },
      { bus, source: 'gatehouse', detailType: 'user.signed_out', detail: { userId: uid, sessionId } },
    ]);
  });

  it('hears nothing of a login that fails', async () => {
    const before = gatehouse.aws.events.length;
    await browser.visit(`${url}/callback?code=x&state=y`);
    await browser.signIn(url, { organization_id: 'nobody_knows' });
    expect(gatehouse.aws.events).toHaveLength(before);
  });
});

describe('the log', () => {
  it('tells the steps of a login, with origin, provider and method', async () => {
    const records = await logOf(() => browser.signIn(url));
    const { uid } = JSON.parse((await browser.send(`${url}/session`)).body) as Record<string, string>;
    const step = { level: 'info', requestId: expect.any(String), origin: 'web', provider: 'authkit' };
    const known = { ...step, method: 'Password', userId: uid };
    expect(records.filter(({ event }) => String(event).startsWith('login.'))).toStrictEqual([
      { ...step, event: 'login.started' },
      { ...known, event: 'login.code_exchanged' },
      { ...known, event: 'login.user_recorded', isNew: true },
      { ...known, event: 'login.completed' },
    ]);
  });

  it('tells why a login failed', async () => {
    const chooser = await browser.visit(`${url}/login?provider=GoogleOAuth`);
    const records = await logOf(async () => browser.follow(await browser.submit(chooser.url, { cancel: '1' })));
    expect(records.find(({ event }) => event === 'login.failed')).toMatchObject({
      level: 'warn',
      origin: 'web',
      provider: 'GoogleOAuth',
      code: 'access_denied',
    });
  });

  it.each([
    ['/', 'GET /', 200],
    ['/login?error=x', 'GET /login', 200],
    ['/callback', 'GET /callback', 400],
    ['/dashboard', 'GET /dashboard', 302],
    ['/session', 'GET /session', 401],
    ['/nothing', '$default', 404],
  ])('has one line for the outcome of %s', async (path, route, status) => {
    const records = await logOf(() => browser.send(url + path));
    expect(records.filter(({ event }) => event === 'request')).toStrictEqual([
      { level: 'info', event: 'request', requestId: expect.any(String), method: 'GET', route, status },
    ]);
  });

  it('has another in the access log, under the same request id and without the query', async () => {
    const answer = await browser.send(`${url}/login?login_hint=someone@example.com`);
    const line = gatehouse.logLines.findLast(({ source }) => source === 'access-log');
    expect(line?.record).toMatchObject({
      requestId: answer.headers.get('apigw-requestid'),
      method: 'GET',
      path: '/login',
      route: 'GET /login',
      status: '302',
    });
    expect(line?.text).not.toContain('someone');
  });

  it('stays one line a request when a client writes line breaks and quotes', async () => {
    const records = await logOf(() =>
      new UserAgent({ 'user-agent': 'x"}\\n{"level":"info"' }).send(`${url}/%0a%22%7d`),
    );
    expect(records.filter(({ event }) => event === 'request')).toHaveLength(1);
    const line = gatehouse.logLines.findLast(({ source }) => source === 'access-log');
    expect(line?.record).toMatchObject({ status: '404', userAgent: 'x"}\\n{"level":"info"' });
  });
});
