/** The secrets of the house and what they hold, one per purpose: a function is granted only those it reads. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { type CookiePasswords, parseCookiePasswords } from '../crypto/cookie-passwords.ts';
import type { Clock } from '../domain/clock.ts';
import { createSecret, type Secret } from './secrets.ts';

/** `not-set` is what a fresh deployment has until an operator puts the real value there (lib/constructs/purpose-secret.ts). */
const isFilledIn = v.check((value: string) => value !== 'not-set');

const workosSecret = v.pipe(
  v.object({
    WORKOS_API_KEY: v.pipe(v.string(), v.nonEmpty(), isFilledIn),
    WORKOS_CLIENT_ID: v.pipe(v.string(), v.nonEmpty(), isFilledIn),
  }),
  v.transform((fields) => ({ apiKey: fields.WORKOS_API_KEY, clientId: fields.WORKOS_CLIENT_ID })),
);

export type WorkosCredentials = v.InferOutput<typeof workosSecret>;

const webhookSecret = v.pipe(
  v.object({ WORKOS_WEBHOOK_SECRET: v.pipe(v.string(), v.nonEmpty(), isFilledIn) }),
  v.transform((fields) => fields.WORKOS_WEBHOOK_SECRET),
);

const googleSecret = v.pipe(
  v.object({
    GOOGLE_CLIENT_ID: v.pipe(v.string(), v.nonEmpty(), isFilledIn),
    GOOGLE_CLIENT_SECRET: v.pipe(v.string(), v.nonEmpty(), isFilledIn),
  }),
  v.transform((fields) => ({ clientId: fields.GOOGLE_CLIENT_ID, clientSecret: fields.GOOGLE_CLIENT_SECRET })),
);

const githubSecret = v.pipe(
  v.object({
    GITHUB_CLIENT_ID: v.pipe(v.string(), v.nonEmpty(), isFilledIn),
    GITHUB_CLIENT_SECRET: v.pipe(v.string(), v.nonEmpty(), isFilledIn),
  }),
  v.transform((fields) => ({ clientId: fields.GITHUB_CLIENT_ID, clientSecret: fields.GITHUB_CLIENT_SECRET })),
);

/** Ours at a provider. */
export interface ProviderCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

const cookiePasswords = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.rawTransform(({ dataset, addIssue, NEVER }): CookiePasswords => {
    const password = dataset.value;
    try {
      return parseCookiePasswords(typeof password === 'string' ? password : JSON.stringify(password));
    } catch (error) {
      addIssue({ message: String(error) });
      return NEVER;
    }
  }),
);

const cookieSecret = v.pipe(
  v.object({ WORKOS_COOKIE_PASSWORD: cookiePasswords }),
  v.transform((fields) => fields.WORKOS_COOKIE_PASSWORD),
);

export function createWorkosSecret(client: SecretsManagerClient, id: string, clock: Clock): Secret<WorkosCredentials> {
  return createSecret(client, id, workosSecret, clock);
}

/** What WorkOS signs its webhooks with. */
export function createWebhookSecret(client: SecretsManagerClient, id: string, clock: Clock): Secret<string> {
  return createSecret(client, id, webhookSecret, clock);
}

export function createCookieSecret(client: SecretsManagerClient, id: string, clock: Clock): Secret<CookiePasswords> {
  return createSecret(client, id, cookieSecret, clock);
}

/** Read when the first call to Google needs it: most requests of a function that may call do not. */
export function createGoogleSecret(
  client: SecretsManagerClient,
  id: string,
  clock: Clock,
): Secret<ProviderCredentials> {
  return createSecret(client, id, googleSecret, clock, { isLazy: true });
}

/** As `createGoogleSecret`. */
export function createGithubSecret(
  client: SecretsManagerClient,
  id: string,
  clock: Clock,
): Secret<ProviderCredentials> {
  return createSecret(client, id, githubSecret, clock, { isLazy: true });
}
