import { createCookieSecret, createWorkosSecret } from '../shared/aws/app-secrets.ts';
import { createSecretsManager } from '../shared/aws/clients.ts';
import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { createAuthorizationUrl } from '../shared/workos/authorization-url.ts';
import { env } from './env.ts';
import { login } from './login.ts';

const { STAGE, PUBLIC_URL, WEB_ORIGINS, PROVIDERS, NATIVE_CLIENTS, ...variables } = readEnv(env);
const clock = () => new Date();
const secretsManager = createSecretsManager();
const credentials = createWorkosSecret(secretsManager, variables.WORKOS_SECRET_ID, clock);

const endpoint = login({
  passwords: createCookieSecret(secretsManager, variables.COOKIE_SECRET_ID, clock).read,
  authorizationUrl: createAuthorizationUrl({
    apiUrl: variables.WORKOS_API_URL,
    clientId: async () => (await credentials.read()).clientId,
    redirectUri: `${PUBLIC_URL}/callback`,
  }),
  clock,
  settings: {
    stage: STAGE,
    publicUrl: PUBLIC_URL,
    webOrigins: WEB_ORIGINS,
    providers: PROVIDERS,
    nativeClients: NATIVE_CLIENTS,
  },
});

export const handler = serve(endpoint, { log: createCloudWatchLog(), errors: pageError });
