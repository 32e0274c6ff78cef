/** What the settings say of a native app, checked at synth with the rest of them. */
import * as v from 'valibot';

const isForbiddenScheme = (uri: string) => /^(?:javascript|data|vbscript|file|blob|about|filesystem):/i.test(uri);
const isLoopbackRedirect = (uri: string) => /^http:\/\/(?:127\.0\.0\.1|\[::1\])\/[^?#]*$/.test(uri);
const isClaimedLink = (uri: string) => /^https:\/\/[^/?#@]+\/[^?#]*$/.test(uri);
const isAppScheme = (uri: string) => /^(?!https?:)[a-z][a-z0-9+.-]*:\/{1,3}[^/?#\\\s][^?#\\\s]*$/.test(uri);

/** RFC 8252 §7: a scheme of the app's own, a claimed https link, or a loopback address without a port. */
const redirectUri = v.pipe(
  v.string(),
  v.check(
    (uri) => !isForbiddenScheme(uri) && (isLoopbackRedirect(uri) || isClaimedLink(uri) || isAppScheme(uri)),
    'must be yourscheme://path, https://host/path, http://127.0.0.1/path or http://[::1]/path: no port, query, fragment or user',
  ),
);

/** A native app that may sign users in: a public client (RFC 8252 §8.4). */
export const nativeClient = v.pipe(
  v.strictObject({
    id: v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores')),
    /** What people read on the confirmation page. */
    name: v.pipe(v.string(), v.nonEmpty()),
    /** At least one, matched exactly; a loopback one on any port. */
    redirectUris: v.pipe(v.array(redirectUri), v.minLength(1, 'must name at least one')),
    /**
     * Whether a person is asked before the app is signed in (RFC 8252 §8.6). Any app on a device may claim a scheme, so
     * `none` is what only claimed https links get unless told otherwise.
     */
    confirm: v.optional(v.picklist(['page', 'none'])),
    /** For `/.well-known/assetlinks.json`: Android App Links. */
    android: v.optional(
      v.strictObject({
        packageName: v.pipe(v.string(), v.regex(/^[A-Za-z]\w*(?:\.[A-Za-z]\w*)+$/, 'must be an application id')),
        sha256CertFingerprints: v.array(
          v.pipe(v.string(), v.regex(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/, 'must be 32 hex pairs in capitals')),
        ),
      }),
    ),
    /** For `/.well-known/apple-app-site-association`: universal links. */
    ios: v.optional(
      v.strictObject({
        appId: v.pipe(v.string(), v.regex(/^[A-Z0-9]{10}\.[\w.-]+$/, 'must be <team id>.<bundle id>')),
      }),
    ),
  }),
  v.transform(({ confirm, ...client }) => ({
    ...client,
    confirm: confirm ?? (client.redirectUris.every(isClaimedLink) ? ('none' as const) : ('page' as const)),
  })),
);
