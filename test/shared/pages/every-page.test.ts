/** What holds for all pages alike, whatever a user is called. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assets } from '../../../functions/shared/pages/assets.ts';
import { confirmAppPage } from '../../../functions/shared/pages/confirm-app-page.ts';
import { dashboardPage } from '../../../functions/shared/pages/dashboard-page.ts';
import { errorPage } from '../../../functions/shared/pages/error-page.ts';
import { homePage } from '../../../functions/shared/pages/home-page.ts';
import type { PageOptions } from '../../../functions/shared/pages/layout.ts';
import { nativeGuidePage } from '../../../functions/shared/pages/native-guide-page.ts';
import type { PageUser } from '../../../functions/shared/pages/page-user.ts';
import { signOutPage } from '../../../functions/shared/pages/sign-out-page.ts';
import { loadModules } from '../../../functions/shared/wiring/load-modules.ts';

const alice: PageUser = { name: 'Alice', email: 'alice@example.com', pictureUrl: 'https://pictures.example/a' };
const modules = await loadModules({ gmail: { connectVia: 'workos' }, github: { connectVia: 'direct' } });
const at = new Date('2026-11-22T12:00:00Z');

/** Every page, with `text` wherever a page shows a string that is not its own. */
const pagesFor = (user: PageUser, text: string, options: Omit<PageOptions, 'user'>) => {
  const account = {
    userId: text,
    authMethod: text,
    organizationId: text,
    roles: [text],
    createdAt: at,
    lastSignInAt: at,
  };
  const session = {
    sessionId: text,
    isCurrent: true,
    createdAt: at,
    lastSeenAt: at,
    client: { ipAddress: text, userAgent: text },
  };
  const app = { ...session, isCurrent: false, appName: text };
  const connection = {
    module: 'gmail',
    status: 'reauthorization_required',
    account: { id: text, address: text },
    scopes: [text],
    connectedAt: at,
    refreshedAt: at,
    problem: 'grant_revoked',
    mailbox: undefined,
    nextTurnAt: undefined,
  } as const;
  return {
    'home, signed out': homePage(options),
    'home, signed in': homePage({ ...options, user }),
    dashboard: dashboardPage({
      ...options,
      user,
      account,
      modules: modules.map((module) => ({ module, connection })),
      connectOutcome: { error: 'scope_missing' },
      sessions: [session, app],
    }),
    'sign-out': signOutPage({ ...options, user, signOutUrl: 'https://api.workos.com/user_management/sessions/logout' }),
    'app confirmation': confirmAppPage({
      ...options,
      user,
      appName: text,
      flow: text,
      confirmation: text,
      redirectUri: 'yourappscheme://login/success',
    }),
    'native guide': nativeGuidePage({ ...options, user, missing: ['client_id', 'state'], requestId: text }),
    error: errorPage({ ...options, user, status: 400, code: 'auth_failed', requestId: text, tryAgainHref: `/${text}` }),
  };
};
const cases = (['en', 'zh'] as const).flatMap((language) =>
  Object.entries(pagesFor(alice, 'x', { language })).map(([name, page]) => ({ name, language, page })),
);

describe.each(cases)('$name in $language', ({ language, page }) => {
  it('is HTML with a strict policy and no referrer', () => {
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'; img-src 'self'/);
    expect(page.headers['content-security-policy']).not.toMatch(/unsafe|script|data:|\*/);
  });

  it('has no script, no inline style and no handler', () => {
    expect(page.body).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:/i);
  });

  it('links the assets that exist', () => {
    const links = [...page.body.matchAll(/"(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(new Set(links)).toEqual(new Set(assets.keys()));
  });

  it('tells assistive technology its language, its parts and its heading', () => {
    expect(page.body).toContain(`<html lang="${language === 'zh' ? 'zh-Hans' : 'en'}">`);
    expect(page.body).toContain('<a class="skip" href="#main">');
    expect(page.body).toContain('<main id="main"');
    expect(page.body.match(/<h1>/g)).toHaveLength(1);
    expect(page.body).toMatch(/<title>[^<]*Gatehouse<\/title>/);
  });
});

describe('strings from outside', () => {
  const hostile = fc
    .array(
      fc.oneof(
        fc.constantFrom('<', '>', '"', "'", '&', '</bdi>', '</title>', '-->', '<script>', '" onerror="', '${', '\0'),
        fc.string({ unit: 'binary' }),
      ),
    )
    // Not empty: where there is no reason, there is no sentence for it.
    .map((parts) => `x${parts.join('')}`);

  /** All tags with their attributes' names: what a browser builds, without the words. */
  const skeletonOf = (body: string) => (body.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));
  const skeletons = (text: string) => {
    const user = { name: text, email: text, pictureUrl: alice.pictureUrl, impersonator: { email: text, reason: text } };
    const pages = Object.values(pagesFor(user, text, { language: 'en', productName: text }));
    return pages.map(({ body }) => skeletonOf(body));
  };

  it('cannot add, end or change any markup', () => {
    const harmless = skeletons('x');
    fc.assert(
      fc.property(hostile, (text) => {
        expect(skeletons(text)).toEqual(harmless);
      }),
    );
  });

  it('can name no picture but one over https', () => {
    const pictureUrl = fc.oneof(
      hostile,
      hostile.map((text) => `https://pictures.example/${text}`),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(pictureUrl, (url) => {
        const { body } = homePage({ language: 'en', user: { ...alice, pictureUrl: url } });
        const sources = [...body.matchAll(/\ssrc="([^"]*)"/g)].map((match) => match[1] ?? '');
        for (const source of sources) expect(source).toMatch(/^(?:\/assets\/|https:\/\/)[^\s<>']+$/);
      }),
    );
  });
});

describe('the image policy', () => {
  const policyOf = (user: PageUser) => homePage({ language: 'en', user }).headers['content-security-policy'];

  it('opens to https only for a user with a picture', () => {
    expect(policyOf(alice)).toContain("img-src 'self' https:;");
    expect(policyOf({ ...alice, pictureUrl: undefined })).toContain("img-src 'self';");
    expect(policyOf({ ...alice, pictureUrl: 'http://pictures.example/a' })).toContain("img-src 'self';");
  });
});

describe('an impersonator', () => {
  const impersonated = { ...alice, impersonator: { email: 'support@example.com', reason: 'Ticket 4711' } };

  it.each(Object.entries(pagesFor(impersonated, 'x', { language: 'en' })).filter(([name]) => !name.includes('out')))(
    'sees on %s who they are',
    (_name, { body }) => {
      expect(body).toContain('<aside class="impersonation" aria-label="Impersonation">');
      expect(body).toContain('<bdi>support@example.com</bdi></b> is using the account of <b><bdi>Alice</bdi></b>');
      expect(body).toContain('Reason: <bdi>Ticket 4711</bdi>');
    },
  );

  it('who gave no reason is shown without one', () => {
    const user = { ...alice, impersonator: { email: 'support@example.com', reason: null } };
    const { body } = homePage({ language: 'zh', user });
    expect(body).toContain('<bdi>support@example.com</bdi></b> 正在代用');
    expect(body).not.toContain('原因');
  });

  it('is not mentioned to anyone else', () => {
    expect(homePage({ language: 'en', user: alice }).body).not.toContain('impersonation');
  });
});
