import { readEnv } from '../shared/aws/read-env.ts';
import { serve } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';
import { wireSessionParts } from '../shared/wiring/session-parts.ts';
import { env } from './env.ts';
import { home } from './home.ts';

const parts = wireSessionParts(readEnv(env));

export const handler = serve(home(parts), { log: parts.log, errors: pageError });
