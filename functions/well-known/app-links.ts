/** Which apps may take over our https links: `assetlinks.json` (Android) and `apple-app-site-association` (iOS). */
import type { AppleAppSiteAssociation, AssetLinks } from './well-known-answer.ts';

export interface NativeApp {
  /** `client_id`: its links are below `/app/<client id>/`. */
  readonly id: string;
  readonly android?: { readonly packageName: string; readonly sha256CertFingerprints: readonly string[] } | undefined;
  readonly ios?: { readonly appId: string } | undefined;
}

/** Digital Asset Links: one statement for each app. */
export function assetLinks(apps: readonly NativeApp[]): AssetLinks {
  return apps.flatMap(({ android }) =>
    android
      ? [
          {
            relation: ['delegate_permission/common.handle_all_urls'],
            target: {
              namespace: 'android_app' as const,
              package_name: android.packageName,
              sha256_cert_fingerprints: android.sha256CertFingerprints,
            },
          },
        ]
      : [],
  );
}

/** Apple's associated domains: each app has the links of its own client, and no other. */
export function appleAppSiteAssociation(apps: readonly NativeApp[]): AppleAppSiteAssociation {
  const details = apps.flatMap(({ id, ios }) =>
    ios ? [{ appIDs: [ios.appId], components: [{ '/': `/app/${id}/*` }] }] : [],
  );
  return {
    applinks: { details },
    // `ASWebAuthenticationSession` takes an https callback only from a domain that is the app's in this respect too.
    webcredentials: { apps: apps.flatMap(({ ios }) => (ios ? [ios.appId] : [])) },
  };
}
