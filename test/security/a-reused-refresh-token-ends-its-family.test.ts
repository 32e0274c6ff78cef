/**
 * Threat 13, native: whoever brings a refresh token that has been used up ends the session for everyone who holds a token of it,
 * and operators and the bus hear of it. What half a minute changes is in test/shared/domain/refresh-native-session.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { signInToApp } from '../support/app-sign-in.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, aws, workos } = gatehouse;

const refresh = async (refreshToken: string): Promise<Answer> =>
  new UserAgent().send(`${url}/native/session/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken }),
  });

const successorIn = ({ body }: Answer): string => (JSON.parse(body) as { refreshToken: string }).refreshToken;

describe('a refresh token that has been used up', () => {
  it('ends its family, for the thief and for the app alike', async () => {
    const stolen = await signInToApp(url);
    const second = successorIn(await refresh(stolen.refreshToken));
    const third = successorIn(await refresh(second));
    const isActive = () => workos.sessions.some(({ endedAt }) => endedAt === undefined);
    expect(isActive()).toBe(true);
    for (const token of [stolen.refreshToken, second, third]) {
      const answer = await refresh(token);
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.body)).toMatchObject({ error: 'invalid_grant' });
    }
    expect(isActive()).toBe(false);

    const { uid: userId, sessionId } = stolen;
    const told = { userId, sessionId, clientId: 'gatehouse-native', reason: 'refresh_token_reused' };
    const revoked = aws.events.filter(({ detailType }) => detailType === 'native.session.revoked');
    expect(revoked).toMatchObject([{ source: 'gatehouse', detail: told }]);
    const lines = gatehouse.logLines.filter(({ record }) => record?.['event'] === 'native.session_revoked');
    expect(lines.map(({ record }) => record)).toMatchObject([{ level: 'warn', ...told }]);
    expect(lines.map(({ text }) => text).join('')).not.toContain(stolen.refreshToken);
  });

  it('leaves the sessions of others alone', async () => {
    const [one, other] = [await signInToApp(url), await signInToApp(url, { email: 'bob@example.com' })];
    await refresh(successorIn(await refresh(one.refreshToken)));
    expect((await refresh(one.refreshToken)).status).toBe(401);
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });
});
