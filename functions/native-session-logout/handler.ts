import { readEnv } from '../shared/aws/read-env.ts';
import { jsonError } from '../shared/http/errors.ts';
import { serve } from '../shared/http/serve.ts';
import { wireNativeEndings } from '../shared/wiring/native-ending-parts.ts';
import { wireNativeSessions } from '../shared/wiring/native-parts.ts';
import { env } from './env.ts';
import { nativeSessionLogout } from './native-session-logout.ts';

const variables = readEnv(env);
const parts = wireNativeSessions(variables);
const endpoint = nativeSessionLogout({ ...parts, ...wireNativeEndings(variables) });

export const handler = serve(endpoint, { log: parts.log, errors: jsonError });
