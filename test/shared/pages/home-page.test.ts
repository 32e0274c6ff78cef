import { describe, expect, it } from 'vitest';
import { homePage } from '../../../functions/shared/pages/home-page.ts';

const user = { name: 'Alice', email: 'alice@example.com', pictureUrl: undefined };

describe('homePage()', () => {
  it('says what this is and links to the login', () => {
    const { status, body } = homePage({ language: 'en' });
    expect(status).toBe(200);
    expect(body).toContain('<title>Gatehouse</title>');
    expect(body).toContain('<a class="button" href="/login">Sign in</a>');
    expect(body).not.toContain('/logout');
  });

  it('says who is signed in and links to the account and the way out', () => {
    const { body } = homePage({ language: 'en', user });
    expect(body).toContain('Signed in as <bdi>Alice</bdi>');
    expect(body).toContain('alice@example.com');
    expect(body).toContain('href="/dashboard"');
    expect(body).toContain('href="/logout"');
    expect(body).not.toContain('href="/login"');
  });

  it('speaks Chinese', () => {
    expect(homePage({ language: 'zh' }).body).toContain('>登录</a>');
    expect(homePage({ language: 'zh', user }).body).toContain('已登录：<bdi>Alice</bdi>');
  });

  it('goes by another name where a team gives it one', () => {
    const { body } = homePage({ language: 'en', productName: 'Acme Door' });
    expect(body).toContain('<h1>Acme Door</h1>');
    expect(body).not.toContain('Gatehouse');
  });
});
