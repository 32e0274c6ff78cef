/** API Gateway's JWT authorizer: asks the issuer for its keys, and lets through what is signed by one of them and meant for this API. */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import * as v from 'valibot';
import type { JwtAuthorization } from './http-api.ts';
import type { GatewayAnswer } from './proxy-answer.ts';
import { gatewayMessage } from './send-answer.ts';

/** `requestContext.authorizer.jwt` */
export interface AuthorizedJwt {
  readonly claims: Record<string, string>;
  /** Those of the token that the route asks for; `null` where it asks for none. */
  readonly scopes: string[] | null;
}

export interface Refusal {
  readonly answer: GatewayAnswer;
  /** Why, for the log of `npm start`. */
  readonly refused: string;
}

interface Keys {
  readonly set: JSONWebKeySet;
  readonly fetchedAt: Date;
}

/** For RSA keys alone: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
const algorithms = ['RS256', 'RS384', 'RS512'];
const cacheMs = 2 * 60 * 60 * 1000;
const timeoutMs = 1500;

const Metadata = v.object({ issuer: v.string(), jwks_uri: v.string() });
const keySetShape = v.object({ keys: v.array(v.looseObject({ kty: v.string() })) });
const KeySet = v.custom<JSONWebKeySet>((value) => v.is(keySetShape, value), 'is no key set');

/** @returns a function of what the route asks for and of the `Authorization` header. */
export function createJwtAuthorizer(now: () => Date) {
  const cache = new Map<string, Keys>();

  /** From the cache for two hours, unless it lacks the key. */
  async function keysOf(issuer: string, kid: string | undefined): Promise<JSONWebKeySet> {
    const cached = cache.get(issuer);
    const isFresh = cached !== undefined && now().getTime() - cached.fetchedAt.getTime() < cacheMs;
    if (isFresh && cached.set.keys.some((key) => key.kid === kid)) return cached.set;
    const { jwks_uri: jwksUri } = v.parse(Metadata, await fetchJson(`${issuer}/.well-known/openid-configuration`));
    const set = v.parse(KeySet, await fetchJson(jwksUri));
    cache.set(issuer, { set, fetchedAt: now() });
    return set;
  }

  async function verify({ issuer, audience, scopes }: JwtAuthorization, token: string): Promise<AuthorizedJwt> {
    const { payload } = await jwtVerify(
      token,
      async (header) => createLocalJWKSet(await keysOf(issuer, header.kid))(header),
      {
        algorithms,
        issuer,
        currentDate: now(),
        requiredClaims: ['exp'],
      },
    );
    if (!isFor(audience, payload))
      throw new errors.JWTClaimValidationFailed('it is for another audience', payload, 'aud');
    if (payload.iat !== undefined && payload.iat > now().getTime() / 1000) {
      throw new errors.JWTClaimValidationFailed('it is from the future', payload, 'iat');
    }
    return { claims: claimsOf(payload), scopes: scopes.length === 0 ? null : scopesOf(payload, scopes) };
  }

  return async (route: JwtAuthorization, header: string | undefined): Promise<AuthorizedJwt | Refusal> => {
    const token = header?.replace(/^Bearer(?: +|$)/i, '');
    if (!token) return refuse(401, 'Unauthorized', 'no JWT in Authorization');
    try {
      const jwt = await verify(route, token);
      return jwt.scopes?.length === 0 ? refuse(403, 'Forbidden', 'the JWT has none of the scopes') : jwt;
    } catch (error) {
      return refuse(
        401,
        'Unauthorized',
        `the JWT is refused: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response.json();
}

/** `client_id` counts only in a token that names no audience. */
function isFor(audience: readonly string[], { aud, client_id: clientId }: JWTPayload): boolean {
  return [aud ?? clientId].flat().some((name) => typeof name === 'string' && audience.includes(name));
}

function scopesOf({ scope, scp }: JWTPayload, wanted: readonly string[]): string[] {
  const given = typeof scope === 'string' ? scope : scp;
  const names: unknown[] = typeof given === 'string' ? given.split(' ') : [given].flat();
  return wanted.filter((name) => names.includes(name));
}

/** All texts, lists in brackets without commas, as API Gateway writes them. */
function claimsOf(payload: JWTPayload): Record<string, string> {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, toText(value)]));
}

function toText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toText).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `map[${Object.entries(value)
    .map(([name, each]) => `${name}:${toText(each)}`)
    .join(' ')}]`;
}

function refuse(status: number, message: string, refused: string): Refusal {
  const answer = gatewayMessage(status, message);
  return { answer: { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Bearer' } }, refused };
}
