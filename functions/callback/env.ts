import * as v from 'valibot';
import { resourceName, sessionEntries } from '../shared/wiring/env.ts';

export const env = v.object({
  ...sessionEntries,
  AFTER_LOGIN: v.string(),
  EVENT_BUS: resourceName,
});
