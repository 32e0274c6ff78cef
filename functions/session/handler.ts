import { readEnv } from '../shared/aws/read-env.ts';
import { jsonError } from '../shared/http/errors.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { wireApiParts } from '../shared/wiring/api-parts.ts';
import { env } from './env.ts';
import { session } from './session.ts';

const parts = wireApiParts(readEnv(env));

export const handler = serve(protectedEndpoint({ auth: 'either', ...parts }, session), {
  log: parts.log,
  errors: jsonError,
  webOrigins: parts.origins.webOrigins,
});
