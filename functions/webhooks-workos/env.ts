import * as v from 'valibot';
import { resourceName } from '../shared/wiring/env.ts';

export const env = v.object({ WORKOS_SECRET_ID: resourceName, WORKOS_EVENTS_QUEUE_URL: resourceName });
