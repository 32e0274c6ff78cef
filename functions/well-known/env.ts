import * as v from 'valibot';
import { resourceName } from '../shared/wiring/env.ts';

/** JSON of what the clients' settings say about phones, by client id. */
const nativeApps = v.array(
  v.object({
    id: v.string(),
    android: v.optional(v.object({ packageName: v.string(), sha256CertFingerprints: v.array(v.string()) })),
    ios: v.optional(v.object({ appId: v.string() })),
  }),
);

export const env = v.object({
  PUBLIC_URL: v.pipe(v.string(), v.url()),
  KEYS_TABLE: resourceName,
  NATIVE_APPS: v.pipe(v.string(), v.parseJson(), nativeApps),
});
