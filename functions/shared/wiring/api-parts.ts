/** The parts behind a route that a browser asks with its cookie and a native app with its JWT. */
import type { ApiEnv } from './env.ts';
import { type SessionParts, wireSessionParts } from './session-parts.ts';
import { type TokenParts, wireTokenParts } from './token-parts.ts';

export interface ApiParts extends SessionParts, TokenParts {}

export function wireApiParts(env: Omit<ApiEnv, 'STAGE'>): ApiParts {
  const parts = wireSessionParts(env);
  return { ...parts, ...wireTokenParts(env, parts) };
}
