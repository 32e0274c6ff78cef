/** An app that speaks OAuth by hand, so that a test can say each word wrongly. */
import { createHash, randomBytes } from 'node:crypto';
import { authorizeInBrowser } from './authorize-in-browser.ts';
import { UserAgent } from './user-agent.ts';

export const clientId = 'gatehouse-native';
export const redirectUri = 'yourappscheme://login/success';

export type Parameters = Readonly<Record<string, string | undefined>>;

export interface Authorization {
  readonly code: string;
  readonly codeVerifier: string;
  /** As the app got it. */
  readonly redirect: URL;
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, string | number | undefined>>;
}

/** The request, right unless `parameters` say otherwise; `undefined` leaves one out. */
export function authorizationUrl(issuer: string, codeVerifier: string, parameters: Parameters = {}): string {
  const all = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state: 'the app’s own state',
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...parameters,
  };
  return `${issuer}/oauth/authorize?${search(all)}`;
}

export const newCodeVerifier = (): string => randomBytes(32).toString('base64url');

/** From `/oauth/authorize` to the code, as Alice. */
export async function authorize(
  issuer: string,
  parameters: Parameters = {},
  browser = new UserAgent(),
): Promise<Authorization> {
  const codeVerifier = newCodeVerifier();
  const target = parameters['redirect_uri'] ?? redirectUri;
  const redirect = await authorizeInBrowser(authorizationUrl(issuer, codeVerifier, parameters), target, browser);
  return { code: redirect.searchParams.get('code') ?? '', codeVerifier, redirect };
}

/** `POST /oauth/token`. */
export async function requestToken(
  issuer: string,
  form: Parameters,
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const answer = await new UserAgent().send(`${issuer}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: search({ client_id: clientId, ...form }),
  });
  return { status: answer.status, headers: answer.headers, body: JSON.parse(answer.body) as TokenAnswer['body'] };
}

/** Exchanges a code, rightly unless `form` says otherwise. */
export function exchangeCode(
  issuer: string,
  { code, codeVerifier }: Pick<Authorization, 'code' | 'codeVerifier'>,
  headers: Readonly<Record<string, string>> = {},
  form: Parameters = {},
): Promise<TokenAnswer> {
  const right = { grant_type: 'authorization_code', code, code_verifier: codeVerifier, redirect_uri: redirectUri };
  return requestToken(issuer, { ...right, ...form }, headers);
}

function search(parameters: Parameters): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  return new URLSearchParams(given).toString();
}
