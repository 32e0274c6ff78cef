/** The parts that lead a browser to a consent, wired for a Lambda. Of the providers' secrets only client ids are used, and only for modules that connect directly. */
import { createGithubSecret, createGoogleSecret } from '../aws/app-secrets.ts';
import { createSecretsManager } from '../aws/clients.ts';
import type { Clock } from '../domain/clock.ts';
import { type ConsentUrl, createConsentUrl } from '../domain/consent-url.ts';
import { createFetch } from '../outbound/fetch.ts';
import { createGithub } from '../providers/github.ts';
import { createGoogle } from '../providers/google.ts';
import { createAuthorizationUrl } from '../workos/authorization-url.ts';
import type { WorkosAccount } from '../workos/workos-account.ts';

export interface ConsentEnv {
  readonly PUBLIC_URL: string;
  readonly GOOGLE_SECRET_ID: string;
  readonly GOOGLE_URL: string;
  readonly GITHUB_SECRET_ID: string;
  readonly GITHUB_URL: string;
}

export function wireConsentUrl(
  env: ConsentEnv,
  { account, clock }: { readonly account: WorkosAccount; readonly clock: Clock },
): ConsentUrl {
  const secretsManager = createSecretsManager();
  const google = createGoogleSecret(secretsManager, env.GOOGLE_SECRET_ID, clock);
  const github = createGithubSecret(secretsManager, env.GITHUB_SECRET_ID, clock);
  const outbound = { fetch: createFetch(), clock };
  return createConsentUrl({
    authorizationUrl: createAuthorizationUrl({
      apiUrl: account.apiUrl,
      clientId: account.clientId,
      redirectUri: `${env.PUBLIC_URL}/callback`,
    }),
    providers: {
      google: createGoogle({ credentials: google, url: env.GOOGLE_URL, ...outbound }),
      github: createGithub({ credentials: github, url: env.GITHUB_URL, ...outbound }),
    },
    publicUrl: env.PUBLIC_URL,
  });
}
