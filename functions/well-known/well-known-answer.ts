/** The public documents. Only their types are at work at run time. */
import * as v from 'valibot';

const url = v.pipe(v.string(), v.url());
const texts = v.pipe(v.array(v.string()), v.readonly());

const base64url = v.pipe(v.string(), v.regex(/^[\w-]+$/));
const keyMembers = { kid: v.pipe(v.string(), v.description('RFC 7638.')), use: v.literal('sig') };

export const jwks = v.pipe(
  v.object({
    keys: v.array(
      v.union([
        v.object({ ...keyMembers, alg: v.literal('RS256'), kty: v.literal('RSA'), n: base64url, e: base64url }),
        v.object({
          ...keyMembers,
          alg: v.literal('ES256'),
          kty: v.literal('EC'),
          crv: v.literal('P-256'),
          x: base64url,
          y: base64url,
        }),
      ]),
    ),
  }),
  v.readonly(),
  v.description('RFC 7517. A key is here a day before it signs, and until the last token that it signed is long over.'),
);

export const metadata = v.pipe(
  v.object({
    issuer: url,
    authorization_endpoint: url,
    token_endpoint: url,
    revocation_endpoint: url,
    jwks_uri: url,
    scopes_supported: texts,
    response_types_supported: texts,
    response_modes_supported: texts,
    grant_types_supported: texts,
    token_endpoint_auth_methods_supported: texts,
    revocation_endpoint_auth_methods_supported: texts,
    code_challenge_methods_supported: texts,
    dpop_signing_alg_values_supported: texts,
    authorization_response_iss_parameter_supported: v.literal(true),
    subject_types_supported: texts,
    id_token_signing_alg_values_supported: texts,
  }),
  v.readonly(),
  v.description('RFC 8414.'),
);

export type Metadata = v.InferOutput<typeof metadata>;

export const assetLinks = v.pipe(
  v.array(
    v.object({
      relation: texts,
      target: v.object({
        namespace: v.literal('android_app'),
        package_name: v.string(),
        sha256_cert_fingerprints: texts,
      }),
    }),
  ),
  v.readonly(),
  v.description('Digital Asset Links.'),
);

export type AssetLinks = v.InferOutput<typeof assetLinks>;

export const appleAppSiteAssociation = v.pipe(
  v.object({
    applinks: v.object({
      details: v.pipe(
        v.array(v.object({ appIDs: texts, components: v.array(v.object({ '/': v.string() })) })),
        v.readonly(),
      ),
    }),
    webcredentials: v.object({ apps: texts }),
  }),
  v.readonly(),
  v.description('Apple’s associated domains.'),
);

export type AppleAppSiteAssociation = v.InferOutput<typeof appleAppSiteAssociation>;
