import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from '../../../functions/shared/pages/content-security-policy.ts';

describe('contentSecurityPolicy()', () => {
  it('allows our own stylesheet, images and forms, and nothing else', () => {
    expect(contentSecurityPolicy({ hasPicture: false, formRedirects: [] })).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
  });

  it('allows images over https where a profile picture is shown', () => {
    expect(contentSecurityPolicy({ hasPicture: true, formRedirects: [] })).toContain("; img-src 'self' https:; ");
  });

  it('allows the origins that a form leads to, each once', () => {
    const formRedirects = [
      'https://api.workos.com/logout?session_id=s',
      'https://api.workos.com',
      'http://localhost:4000/x',
    ];
    expect(contentSecurityPolicy({ hasPicture: false, formRedirects })).toContain(
      "; form-action 'self' https://api.workos.com http://localhost:4000; ",
    );
  });

  it.each([
    ["an app's own scheme", 'yourappscheme://login/success', 'yourappscheme:'],
    ['a claimed link', 'https://app.example.com/login/success', 'https://app.example.com'],
    ['a loopback port', 'http://127.0.0.1:53682/callback', 'http://127.0.0.1:53682'],
    ['IPv6, which no policy can name', 'http://[::1]:53682/callback', 'http:'],
  ])('allows a form to lead to an app: %s', (_, url, source) => {
    expect(contentSecurityPolicy({ hasPicture: false, formRedirects: [url] })).toContain(
      `; form-action 'self' ${source}; `,
    );
  });

  it.each([
    '*',
    '/logout',
    '',
    "https:; script-src 'unsafe-inline'",
    'javascript:alert(1)',
    'JavaScript://login/success',
    'data:text/html,x',
    'blob:https://auth.example.com/x',
    'filesystem:https://auth.example.com/x',
    'file:///etc/passwd',
    'about:blank',
    'vbscript:x',
  ])('refuses "%s" as a form redirect', (url) =>
    expect(() => contentSecurityPolicy({ hasPicture: false, formRedirects: [url] })).toThrow(TypeError),
  );
});
