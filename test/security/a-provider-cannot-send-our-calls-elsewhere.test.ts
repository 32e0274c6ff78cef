/** Threat 22: a server-side OAuth call that is redirected, or whose answer names an address, leads nowhere else. */
import { describe, expect, it } from 'vitest';
import { createGithubRepositories } from '../../functions/shared/providers/github-api.ts';
import { createGithub } from '../../functions/shared/providers/github.ts';
import { createGmailApi } from '../../functions/shared/providers/gmail-api.ts';
import { createGoogle } from '../../functions/shared/providers/google.ts';
import { failureOf, startProvider } from '../support/provider-client.ts';
import { startScriptedServer } from '../support/scripted-server.ts';

describe('a provider that answers with a redirect', () => {
  it.each([301, 302, 303, 307, 308])('is not followed (%d), and nobody else sees a secret', async (status) => {
    const elsewhere = await startScriptedServer(() => ({ body: { access_token: 'x', expires_in: 1 } }));
    const headers = { location: `${elsewhere.url}/token` };
    const { options } = await startProvider(() => ({ status, headers }));
    const [google, github] = [createGoogle(options), createGithub(options)];
    const calls = [
      google.exchange('canary', 'canary', 'https://a.example/'),
      google.refresh('canary'),
      google.account('canary'),
      google.revoke({ refreshToken: 'canary' }),
      github.exchange('canary', 'canary', 'https://a.example/'),
      github.refresh('canary'),
      github.account('canary'),
      github.revoke({ accessToken: 'canary' }),
      createGmailApi(options).profile('canary'),
      createGithubRepositories(options).list('canary', 1),
    ];
    const failures = await Promise.all(calls.map(failureOf));
    expect(failures.map(({ kind }) => kind)).toEqual(calls.map(() => 'unexpected'));
    expect(elsewhere.requests).toEqual([]);
  });

  it('names no next page that is asked for: a page is a number of ours', async () => {
    const elsewhere = await startScriptedServer(() => ({ body: [] }));
    const { options, requests } = await startProvider(() => ({
      headers: { link: `<${elsewhere.url}/user/repos?page=2>; rel="next"` },
      body: [],
    }));
    const repositories = createGithubRepositories(options);
    expect(await repositories.list('canary', 1)).toMatchObject({ hasMore: true });
    await repositories.list('canary', 2);
    expect(requests).toHaveLength(2);
    expect(elsewhere.requests).toEqual([]);
  });
});
