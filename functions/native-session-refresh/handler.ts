import { readEnv } from '../shared/aws/read-env.ts';
import { jsonError } from '../shared/http/errors.ts';
import { serve } from '../shared/http/serve.ts';
import { wireNativeEndings } from '../shared/wiring/native-ending-parts.ts';
import { wireNativeGrants } from '../shared/wiring/native-parts.ts';
import { env } from './env.ts';
import { nativeSessionRefresh } from './native-session-refresh.ts';

const variables = readEnv(env);
const parts = wireNativeGrants(variables);
const endpoint = nativeSessionRefresh({ ...parts, ...wireNativeEndings(variables, { needsWorkosRarely: true }) });

export const handler = serve(endpoint, { log: parts.log, errors: jsonError });
