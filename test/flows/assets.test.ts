/** What pages load beside themselves: the stylesheet and the icon, named by their content and cached for good. */
import { describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { UserAgent } from '../support/user-agent.ts';

const { url } = await startGatehouse();
const browser = new UserAgent();
const page = await browser.send(`${url}/`);
const linked = [...new Set([...page.body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path))];

describe('a page', () => {
  it('loads a stylesheet and an icon from here, and nothing from elsewhere', () => {
    expect(linked.map((path) => path.split('.').at(-1))).toStrictEqual(['css', 'svg']);
    expect(page.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});

describe.each(linked)('GET %s', (path) => {
  it('may be kept by anyone for a year', async () => {
    const answer = await browser.send(url + path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(
      path.endsWith('.css') ? 'text/css; charset=utf-8' : 'image/svg+xml',
    );
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('etag')).toBe(`"${path.slice('/assets/'.length)}"`);
    expect(answer.headers.get('vary')).toBeNull();
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.setCookies).toStrictEqual([]);
  });

  it.each([
    ['as it was sent', (etag: string) => etag],
    ['weakened by a proxy', (etag: string) => `W/${etag}`],
    ['among others', (etag: string) => `"other", ${etag}`],
  ])('is not sent again to who names its tag %s', async (_, condition) => {
    const { headers } = await browser.send(url + path);
    const known = { 'if-none-match': condition(headers.get('etag') ?? '') };
    const answer = await browser.send(url + path, { headers: known });
    expect(answer.status).toBe(304);
    expect(answer.body).toBe('');
    expect(answer.headers.get('etag')).toBe(headers.get('etag'));
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('is sent to who has another one', async () => {
    const answer = await browser.send(url + path, { headers: { 'if-none-match': '"0000000000000000.css"' } });
    expect(answer.status).toBe(200);
  });
});

describe('an asset of another version', () => {
  it('is not there, and nobody keeps that', async () => {
    const answer = await browser.send(`${url}/assets/0000000000000000.css`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
  });
});
