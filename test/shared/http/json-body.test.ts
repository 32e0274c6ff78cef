import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { jsonError } from '../../../functions/shared/http/errors.ts';
import { readJson } from '../../../functions/shared/http/json-body.ts';
import type { HttpRequest } from '../../../functions/shared/http/request.ts';
import { askEndpoint } from '../../support/ask-endpoint.ts';
import { requestTo } from '../../support/api-gateway-event.ts';

const schema = v.object({ name: v.string(), inner: v.object({ count: v.number() }) });
const right = { name: 'x', inner: { count: 1 } };

function requestWith(body: string | Uint8Array, type: string | undefined = 'application/json'): HttpRequest {
  const request = requestTo('/', { method: 'POST', headers: type === '' ? {} : { 'content-type': type } });
  return { ...request, body: typeof body === 'string' ? Buffer.from(body) : body };
}

describe('readJson()', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON ;charset=UTF-8'])(
    'reads a body of type %s',
    (type) => {
      expect(readJson(requestWith(JSON.stringify(right), type), schema)).toStrictEqual(right);
    },
  );

  it('ignores members that nobody asked for, and reads what valibot reads', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (more) => {
        const body = JSON.stringify({ ...more, ...right });
        expect(readJson(requestWith(body), schema)).toEqual(right);
      }),
    );
  });

  it.each([
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'text/json',
    'application/json+x',
  ])('refuses the content type %j', (type) => {
    const read = () => readJson(requestWith(JSON.stringify(right), type), schema);
    expect(read).toThrow(expect.objectContaining({ code: 'unsupported_media_type' }));
  });

  it.each([
    ['', 'the body'],
    ['{', 'the body'],
    ['{"name":"secret"', 'the body'],
    ['null', 'the body'],
    ['"text"', 'the body'],
    ['[]', 'name'],
    ['{}', 'name'],
    ['{"name":1}', 'name'],
    ['{"name":"x"}', 'inner'],
    ['{"name":"x","inner":{"count":"1"}}', 'inner.count'],
    ['{"__proto__":{"name":"x"}}', 'name'],
  ])('refuses %j and names %s', (body, field) => {
    expect(() => readJson(requestWith(body), schema)).toThrow(
      expect.objectContaining({ code: 'invalid_request', field, message: expect.not.stringContaining('secret') }),
    );
  });

  it('refuses bytes that are no UTF-8, instead of reading something similar', () => {
    const body = Buffer.from('{"name":"\u00ff"}', 'latin1');
    expect(() => readJson(requestWith(body), v.object({ name: v.string() }))).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  it('has its field told to the client, in words of ours', async () => {
    const endpoint = (request: HttpRequest) => ({ status: 200, headers: {}, body: readJson(request, schema).name });
    const headers = { 'content-type': 'application/json' };
    const answer = await askEndpoint(endpoint, '/', {
      method: 'POST',
      headers,
      body: '{"name":{}}',
      errors: jsonError,
    });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: 'invalid_request',
      error_description: 'The request is malformed. Missing or of the wrong type: name.',
    });
  });
});
