import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { serve } from '../shared/http/serve.ts';
import { defaultRoute, pageOrJsonError } from './default-route.ts';
import { env } from './env.ts';

const { ROUTES, WEB_ORIGINS } = readEnv(env);

export const handler = serve(defaultRoute(ROUTES, WEB_ORIGINS), {
  log: createCloudWatchLog(),
  errors: pageOrJsonError,
});
