import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { jsonError } from '../shared/http/errors.ts';
import { serve } from '../shared/http/serve.ts';
import { assets } from './assets.ts';

export const handler = serve(assets, { log: createCloudWatchLog(), errors: jsonError });
