/** Who signs people in and whose tokens modules keep, on this machine: WorkOS, Google and GitHub, or the real ones. */
import { moduleNames } from '../module-settings.ts';
import type { Faults } from './faults.ts';
import { type LocalGithub, startLocalGithub } from './github/server.ts';
import { type LocalGoogle, startLocalGoogle } from './google/server.ts';
import { type Environment, isRealProvider, realWorkosKeys } from './start-settings.ts';
import { callbackAt } from './workos/provider-consent.ts';
import { type LocalWorkos, startLocalWorkos } from './workos/server.ts';

export interface Fronts {
  /** `undefined`: the real one is used. */
  readonly workos: LocalWorkos | undefined;
  readonly google: LocalGoogle | undefined;
  readonly github: LocalGithub | undefined;
  /** Where they are, by the templates' parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Who the application is there, by the fields of the secrets. */
  readonly credentials: Environment;
}

export interface FrontsOptions {
  /** What an operator would enter into WorkOS's dashboard. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly environment: Environment;
  readonly faults: Faults;
  readonly accessTokenSeconds?: number | undefined;
  readonly webhooks: boolean;
  readonly now: () => Date;
}

/** @param parts ends each of them */
export async function startFronts(options: FrontsOptions, parts: AsyncDisposableStack): Promise<Fronts> {
  const { environment, faults, now, outputs } = options;
  const { GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET } = environment;
  const { CallbackUrl, LogoutReturnUrl, SignInUrl, WebhookUrl } = outputs;
  if (!CallbackUrl || !LogoutReturnUrl || !SignInUrl) throw new Error('the templates lack the outputs for WorkOS');
  const redirectUris = moduleNames().map((name) => new URL(`/oauth/${name}/callback`, CallbackUrl).href);

  const google = isRealProvider(environment, 'GOOGLE')
    ? undefined
    : await startLocalGoogle({
        clientId: GOOGLE_CLIENT_ID,
        clientSecret: GOOGLE_CLIENT_SECRET,
        redirectUris,
        faults,
        now,
      });
  if (google) parts.defer(() => google.close());
  const github = isRealProvider(environment, 'GITHUB')
    ? undefined
    : await startLocalGithub({
        clientId: GITHUB_CLIENT_ID,
        clientSecret: GITHUB_CLIENT_SECRET,
        redirectUris,
        faults,
        now,
      });
  if (github) parts.defer(() => github.close());

  const realWorkos = realWorkosKeys(environment);
  const { WORKOS_WEBHOOK_SECRET: secret } = environment;
  const { accessTokenSeconds } = options;
  const workos = realWorkos
    ? undefined
    : await startLocalWorkos({
        redirectUris: [CallbackUrl],
        logoutReturnUris: [LogoutReturnUrl],
        initiateLoginUri: SignInUrl,
        ...(options.webhooks && WebhookUrl && secret && { webhook: { url: WebhookUrl, secret } }),
        providers: { ...(google && { GoogleOAuth: google }), ...(github && { GitHubOAuth: github }) },
        faults,
        ...(accessTokenSeconds !== undefined && { accessTokenSeconds }),
        now,
      });
  if (workos) {
    parts.defer(() => workos.close());
    google?.registerRedirect(callbackAt(workos.url, 'GoogleOAuth'));
    github?.registerRedirect(callbackAt(workos.url, 'GitHubOAuth'));
  }

  const { apiKey, clientId } = workos ?? realWorkos ?? {};
  return {
    workos,
    google,
    github,
    parameters: {
      ...(workos && { WorkosApiUrl: workos.url }),
      ...(google && { GoogleUrl: google.url }),
      ...(github && { GithubUrl: github.url }),
    },
    credentials: {
      WORKOS_API_KEY: apiKey,
      WORKOS_CLIENT_ID: clientId,
      GOOGLE_CLIENT_ID: google?.clientId ?? GOOGLE_CLIENT_ID,
      GOOGLE_CLIENT_SECRET: google?.clientSecret ?? GOOGLE_CLIENT_SECRET,
      GITHUB_CLIENT_ID: github?.clientId ?? GITHUB_CLIENT_ID,
      GITHUB_CLIENT_SECRET: github?.clientSecret ?? GITHUB_CLIENT_SECRET,
    },
  };
}
