import { describe, expect, it } from 'vitest';
import { assets } from '../../functions/assets/assets.ts';
import { jsonError } from '../../functions/shared/http/errors.ts';
import { assets as files } from '../../functions/shared/pages/assets.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';

const ask = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  askEndpoint(assets, path, { headers, errors: jsonError });
const [[stylesheetPath, stylesheet] = ['', undefined]] = files;
const etag = `"${stylesheetPath.slice('/assets/'.length)}"`;

describe('GET /assets/{file}', () => {
  it.each([...files])('serves %s for good', async (path, file) => {
    const { status, headers, body, cookies } = await ask(path);
    expect(status).toBe(200);
    expect(body).toBe(file.body);
    expect(headers).toStrictEqual({
      'content-type': file.contentType,
      'cache-control': 'public, max-age=31536000, immutable',
      etag: `"${path.slice('/assets/'.length)}"`,
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
      'x-content-type-options': 'nosniff',
    });
    expect(cookies).toStrictEqual([]);
  });

  it.each([etag, `W/${etag}`, `"other", ${etag}`, `${etag},"other"`])(
    'answers 304 without a body to If-None-Match: %s',
    async (ifNoneMatch) => {
      const { status, headers, body } = await ask(stylesheetPath, { 'if-none-match': ifNoneMatch });
      expect(status).toBe(304);
      expect(body).toBe('');
      expect(headers).toMatchObject({ etag, 'cache-control': 'public, max-age=31536000, immutable' });
    },
  );

  it.each(['"other"', etag.slice(1, -1), ''])('answers in full to If-None-Match: %j', async (ifNoneMatch) => {
    const { status, body } = await ask(stylesheetPath, { 'if-none-match': ifNoneMatch });
    expect(status).toBe(200);
    expect(body).toBe(stylesheet?.body);
  });

  it.each([
    '/assets/',
    '/assets/unknown.css',
    `${stylesheetPath}/`,
    '/assets/../login',
    '/assets/__proto__',
    '/assets/%2e',
  ])('answers 404 to %s, and lets nobody keep that', async (path) => {
    const { status, headers, body } = await ask(path);
    expect(status).toBe(404);
    expect(headers).toMatchObject({ 'cache-control': 'private, no-store' });
    expect(headers).not.toHaveProperty('etag');
    expect(JSON.parse(body)).toMatchObject({ error: 'not_found' });
  });
});
