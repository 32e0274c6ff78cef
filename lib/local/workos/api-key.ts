/** The API key: what an application's server proves itself with, in the header or as client secret. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FrontRequest } from '../front/http.ts';
import { unauthorized } from './refusals.ts';

/** @throws Refusal 401 as the whole WorkOS API answers it. */
export function requireApiKey(expected: { readonly apiKey: string }, { headers }: FrontRequest): void {
  const [scheme, key] = headers.authorization?.split(' ') ?? [];
  if (scheme?.toLowerCase() !== 'bearer' || !isApiKey(expected, key)) throw unauthorized();
}

export function isApiKey(expected: { readonly apiKey: string }, key: string | undefined): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return key !== undefined && timingSafeEqual(digest(key), digest(expected.apiKey));
}
