import { describe, expect, it } from 'vitest';
import { html, json, redirect, toApiGateway, withHeaders } from '../../../functions/shared/http/response.ts';

describe('replies', () => {
  it('are HTML in UTF-8, JSON, or a redirect without a body', () => {
    expect(html(404, '<p>é')).toStrictEqual({
      status: 404,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<p>é',
    });
    expect(json(200, { a: [1, null] })).toStrictEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"a":[1,null]}',
    });
    expect(redirect('/dashboard')).toStrictEqual({ status: 302, headers: { location: '/dashboard' }, body: '' });
  });

  it('take more headers, of which later ones win, and stay as they were themselves', () => {
    const reply = redirect('/a');
    expect(withHeaders(reply, { location: '/b', etag: '"x"' }).headers).toStrictEqual({ location: '/b', etag: '"x"' });
    expect(reply.headers).toStrictEqual({ location: '/a' });
  });
});

describe('toApiGateway()', () => {
  it('hands every cookie over by itself', () => {
    expect(toApiGateway(json(201, {}), ['a=1; Path=/', 'b=2; Path=/'])).toStrictEqual({
      statusCode: 201,
      headers: { 'content-type': 'application/json' },
      cookies: ['a=1; Path=/', 'b=2; Path=/'],
      body: '{}',
      isBase64Encoded: false,
    });
  });
});
