import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { inOAuthWords } from '../shared/http/oauth-error.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { wireFlowParts } from '../shared/wiring/flow-parts.ts';
import { env } from './env.ts';
import { oauthAuthorize } from './oauth-authorize.ts';

export const handler = serve(oauthAuthorize(wireFlowParts(readEnv(env))), {
  log: createCloudWatchLog(),
  errors: (error, request) => pageError(inOAuthWords(error), request),
});
