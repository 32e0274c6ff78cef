/** Pages in the language that the browser's user reads. */
import { describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { UserAgent } from '../support/user-agent.ts';

const { url } = await startGatehouse();
const chinese = { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8', accept: 'text/html' };

describe('a page in Chinese', () => {
  it.each([
    ['/', '登录'],
    ['/login?error=access_denied', '登录已取消'],
    ['/login?provider=nobody', '错误代码'],
    ['/callback', '错误代码'],
    ['/nothing', '错误代码'],
  ])('%s', async (path, text) => {
    const { body } = await new UserAgent(chinese).send(url + path);
    expect(body).toContain('<html lang="zh-Hans">');
    expect(body).toContain(text);
  });

  it('for a user who is signed in', async () => {
    const browser = new UserAgent(chinese);
    expect((await browser.signIn(url)).body).toContain('已登录：<bdi>Alice Archer</bdi>');
    expect((await browser.send(`${url}/dashboard`)).body).toContain('我的账户');
    const fromElsewhere = { headers: { 'sec-fetch-site': 'cross-site' } };
    expect((await browser.send(`${url}/logout`, fromElsewhere)).body).toContain('要退出 Gatehouse 吗');
  });
});

describe('a page in English', () => {
  it.each([
    ['who reads English', 'en-GB,en;q=0.9'],
    ['who reads it better', 'zh;q=0.5,en;q=0.9'],
    ['who reads neither', 'fr-FR,de;q=0.8'],
    ['who does not want Chinese', 'zh;q=0'],
    ['who says nothing of use', ';;q='],
  ])('for a user %s', async (_, acceptLanguage) => {
    const { body } = await new UserAgent({ 'accept-language': acceptLanguage }).send(`${url}/`);
    expect(body).toContain('<html lang="en">');
    expect(body).toContain('>Sign in</a>');
  });
});
