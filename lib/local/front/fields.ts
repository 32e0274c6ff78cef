/** Fields of a request: its form or JSON body, else its query; and who sent it (RFC 6749 §2.3.1, RFC 6750). */
import * as v from 'valibot';
import type { FrontRequest } from './http.ts';

export type Fields = Readonly<Record<string, string>>;

const Json = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));

/** Empty ones and those that are no text are left out. A body that cannot be read has none. */
export function readFields({ url, headers, body }: FrontRequest): Fields {
  const text = body.toString('utf8');
  const isJson = headers['content-type']?.startsWith('application/json') === true;
  const parsed = v.safeParse(Json, text);
  const given = isJson
    ? Object.entries(parsed.success ? parsed.output : {})
    : [...url.searchParams, ...new URLSearchParams(text)];
  return Object.fromEntries(
    given.filter((field): field is [string, string] => typeof field[1] === 'string' && field[1] !== ''),
  );
}

export interface ClientCredentials {
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
}

/** From the Authorization header, else from the fields. */
export function clientCredentials({ headers }: FrontRequest, fields: Fields): ClientCredentials {
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic === undefined) return { clientId: fields['client_id'], clientSecret: fields['client_secret'] };
  const [clientId = '', clientSecret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':', 2);
  return { clientId: decodeURIComponent(clientId), clientSecret: decodeURIComponent(clientSecret) };
}

export function bearerToken({ headers }: FrontRequest): string | undefined {
  return /^(?:Bearer|token) (\S+)$/i.exec(headers.authorization ?? '')?.[1];
}
