import { describe, expect, it } from 'vitest';
import { displayName, type PageUser, pictureSource } from '../../../functions/shared/pages/page-user.ts';

const alice: PageUser = { name: 'Alice Hartley', email: 'alice@example.com', pictureUrl: undefined };

describe('displayName()', () => {
  it('is the name, or the e-mail address where there is none', () => {
    expect(displayName(alice)).toBe('Alice Hartley');
    expect(displayName({ ...alice, name: ' ' })).toBe('alice@example.com');
  });
});

describe('pictureSource()', () => {
  it('is an https address', () => {
    const pictureUrl = 'https://lh3.googleusercontent.com/a/x=s96-c';
    expect(pictureSource({ ...alice, pictureUrl })).toBe(pictureUrl);
  });

  it.each(['http://example.com/a.png', 'javascript:alert(1)', 'data:image/svg+xml,<svg/>', '/logout', 'a.png', ''])(
    'is nothing for "%s"',
    (pictureUrl) => expect(pictureSource({ ...alice, pictureUrl })).toBeUndefined(),
  );

  it('is nothing without a picture or a user', () => {
    expect(pictureSource(alice)).toBeUndefined();
    expect(pictureSource(undefined)).toBeUndefined();
  });
});
