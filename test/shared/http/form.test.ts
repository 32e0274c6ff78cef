import { describe, expect, it } from 'vitest';
import { readForm } from '../../../functions/shared/http/form.ts';
import { requestTo } from '../../support/api-gateway-event.ts';

const formOf = (type: string | undefined, body: string) =>
  readForm(
    requestTo('/form', { method: 'POST', headers: { ...(type !== undefined && { 'content-type': type }) }, body }),
  );

describe('readForm()', () => {
  it.each([
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=UTF-8',
    'Application/X-WWW-Form-URLencoded ;charset=utf-8',
  ])('reads a body of type %s', (type) => {
    expect([...formOf(type, 'a=1%202&b=%E4%BD%A0&a=3')]).toStrictEqual([
      ['a', '1 2'],
      ['b', '你'],
      ['a', '3'],
    ]);
  });

  it.each([undefined, '', 'text/plain', 'application/json', 'multipart/form-data; boundary=x'])(
    'refuses a body of type %s',
    (type) => {
      expect(() => formOf(type, 'a=1')).toThrow(expect.objectContaining({ code: 'unsupported_media_type' }));
    },
  );
});
