import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { appLink } from './app-link.ts';

export const handler = serve(appLink, { log: createCloudWatchLog(), errors: pageError });
