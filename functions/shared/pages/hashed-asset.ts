/** A file whose name follows from its content, so that browsers and caches may keep it for good. */
import { createHash } from 'node:crypto';

export interface HashedAsset {
  /** `/assets/<16 hex digits of SHA-256>.<extension>` */
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

export function hashedAsset(content: Omit<HashedAsset, 'path'> & { readonly extension: string }): HashedAsset {
  const { extension, contentType, body } = content;
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { path: `/assets/${hash}.${extension}`, contentType, body };
}
