import { readEnv } from '../shared/aws/read-env.ts';
import { jsonError } from '../shared/http/errors.ts';
import { protectedEndpoint } from '../shared/http/protected-endpoint.ts';
import { serve } from '../shared/http/serve.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { env } from './env.ts';
import { session } from './session.ts';

const parts = wireSessionParts(readEnv(env));

export const handler = serve(protectedEndpoint({ auth: 'session', ...parts }, session), {
  log: parts.log,
  errors: jsonError,
  webOrigins: parts.origins.webOrigins,
});
