/** `GET /.well-known/…`: keys, metadata and the phones' link files. Public, the same for everybody, and good to be kept a while. */
import { createHash } from 'node:crypto';
import { AuthError } from '../shared/domain/auth-error.ts';
import type { PublicKeys } from '../shared/domain/key-ring.ts';
import { unlessKnown } from '../shared/http/etag.ts';
import { withHeaders } from '../shared/http/response.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { appleAppSiteAssociation, assetLinks, type NativeApp } from './app-links.ts';
import { metadataOf } from './metadata.ts';

export interface WellKnownDependencies {
  readonly keys: PublicKeys;
  readonly settings: { readonly publicUrl: string; readonly apps: readonly NativeApp[] };
}

interface Document {
  readonly maxAgeSeconds: number;
  readonly read: () => Promise<string> | string;
}

export function wellKnown({ keys, settings }: WellKnownDependencies): Endpoint {
  const metadata = JSON.stringify(metadataOf(settings.publicUrl));
  const documents: Readonly<Record<string, Document>> = {
    // A key is here for a day before it is used. In an emergency each minute of a stale list counts.
    'jwks.json': { maxAgeSeconds: 300, read: async () => JSON.stringify({ keys: await keys.list() }) },
    'oauth-authorization-server': { maxAgeSeconds: 3600, read: () => metadata },
    'openid-configuration': { maxAgeSeconds: 3600, read: () => metadata },
    'assetlinks.json': { maxAgeSeconds: 3600, read: () => JSON.stringify(assetLinks(settings.apps)) },
    'apple-app-site-association': {
      maxAgeSeconds: 3600,
      read: () => JSON.stringify(appleAppSiteAssociation(settings.apps)),
    },
  };
  return async (request) => {
    const name = request.path.slice('/.well-known/'.length);
    const document = Object.hasOwn(documents, name) ? documents[name] : undefined;
    if (!document) throw new AuthError('not_found', 'no such document');
    const body = await document.read();
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const reply = { status: 200, headers: { 'content-type': 'application/json' }, body };
    return unlessKnown(
      request,
      etag,
      withHeaders(reply, { 'cache-control': `public, max-age=${document.maxAgeSeconds}` }),
    );
  };
}
