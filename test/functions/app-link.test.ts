import { describe, expect, it } from 'vitest';
import { appLink } from '../../functions/app-link/app-link.ts';
import { jsonError } from '../../functions/shared/http/errors.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';

const link = '/app/my-app/login?ok=1&uid=usr_secret&ticket=one-time-thing&state=its-state';
const ask = (language: string) =>
  askEndpoint(appLink, link, { headers: { 'accept-language': language }, errors: jsonError });

describe('GET /app/{path+}', () => {
  it.each([
    ['en', 'Go back to the app'],
    ['zh-CN', '请返回应用'],
  ])('says in %s to go back to the app', async (language, title) => {
    const { status, body } = await ask(language);
    expect(status).toBe(200);
    expect(body).toContain(`<h1>${title}</h1>`);
  });

  it('repeats nothing of the link, sets nothing, and lets nobody else learn of it', async () => {
    const { body, cookies, headers } = await ask('en');
    expect(body).not.toMatch(/one-time-thing|usr_secret|its-state|my-app/);
    expect(cookies).toStrictEqual([]);
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'private, no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
  });
});
