import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { wireFlowParts } from '../shared/wiring/flow-parts.ts';
import { env } from './env.ts';
import { login } from './login.ts';

const { WEB_ORIGINS: webOrigins, ...variables } = readEnv(env);
const parts = wireFlowParts(variables);
const endpoint = login({ ...parts, settings: { ...parts.settings, webOrigins } });

export const handler = serve(endpoint, { log: createCloudWatchLog(), errors: pageError });
