/** The parts that start a login at AuthKit, wired for a Lambda: for a browser or an app, at whichever of our faces. */
import { createCookieSecret, createWorkosSecret } from '../aws/app-secrets.ts';
import { createSecretsManager } from '../aws/clients.ts';
import { createAuthorizationUrl } from '../workos/authorization-url.ts';
import type { FlowEnv } from './env.ts';

export function wireFlowParts(env: FlowEnv) {
  const clock = () => new Date();
  const secretsManager = createSecretsManager();
  const credentials = createWorkosSecret(secretsManager, env.WORKOS_SECRET_ID, clock);
  return {
    passwords: createCookieSecret(secretsManager, env.COOKIE_SECRET_ID, clock).read,
    authorizationUrl: createAuthorizationUrl({
      apiUrl: env.WORKOS_API_URL,
      clientId: async () => (await credentials.read()).clientId,
      redirectUri: `${env.PUBLIC_URL}/callback`,
    }),
    clock,
    settings: {
      stage: env.STAGE,
      publicUrl: env.PUBLIC_URL,
      providers: env.PROVIDERS,
      nativeClients: env.NATIVE_CLIENTS,
    },
  };
}
