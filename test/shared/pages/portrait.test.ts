import { describe, expect, it } from 'vitest';
import type { PageUser } from '../../../functions/shared/pages/page-user.ts';
import { initials, portrait } from '../../../functions/shared/pages/portrait.ts';

const alice: PageUser = { name: 'Alice Hartley', email: 'alice@example.com', pictureUrl: undefined };

describe('initials()', () => {
  it.each([
    ['Alice Hartley', 'AH'],
    ['  ada   King  lovelace ', 'AL'],
    ['alice@example.com', 'A'],
    ['王小明', '王'],
    ['e\u0301mile', '\u00c9'],
    ['😀 smith', '😀S'],
    ['', ''],
  ])('of "%s" are "%s"', (name, expected) => expect(initials(name)).toBe(expected));
});

describe('portrait()', () => {
  it('keeps the initials beneath the picture, for when it cannot be loaded', () => {
    const body = String(portrait({ ...alice, pictureUrl: 'https://pictures.example/a.png' }));
    expect(body).toContain('<img src="https://pictures.example/a.png" alt="" />');
    expect(body).toContain('<span>AH</span>');
  });

  it('has no picture without one', () => {
    expect(String(portrait(alice))).not.toContain('<img');
  });

  it('is hidden from screen readers, which read the name beside it', () => {
    expect(String(portrait(alice))).toContain('aria-hidden="true"');
  });
});
