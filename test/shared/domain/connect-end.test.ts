import { describe, expect, it } from 'vitest';
import { connectEndUrl } from '../../../functions/shared/domain/connect-end.ts';

const publicUrl = 'https://auth.example.com';
const end = (returnTo: string | undefined) => connectEndUrl(returnTo, { connected: 'gmail' }, publicUrl);

describe('connectEndUrl()', () => {
  it.each([
    [undefined, '/dashboard?connected=gmail'],
    ['/', '/?connected=gmail'],
    ['/a?b=c', '/a?b=c&connected=gmail'],
    ['/a#b', '/a?connected=gmail#b'],
    ['/a?b=%2F%3F%26#c', '/a?b=%2F%3F%26&connected=gmail#c'],
    ['https://app.example.com', 'https://app.example.com/?connected=gmail'],
    ['https://app.example.com/a?b#c', 'https://app.example.com/a?b=&connected=gmail#c'],
  ])('says of %j what came of it', (returnTo, url) => {
    expect(end(returnTo)).toBe(url);
  });

  it('says nothing of an earlier one', () => {
    const returnTo = '/a?connect_error=scope_missing&connected=github&connected=gmail';
    expect(end(returnTo)).toBe('/a?connected=gmail');
    expect(connectEndUrl(returnTo, { connect_error: 'auth_failed' }, publicUrl)).toBe('/a?connect_error=auth_failed');
  });
});
