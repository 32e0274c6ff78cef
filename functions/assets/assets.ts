/** `GET /assets/{file}`: stylesheet and icon, named by their content and so good for ever. */
import { AuthError } from '../shared/domain/auth-error.ts';
import { unlessKnown } from '../shared/http/etag.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { assets as files } from '../shared/pages/assets.ts';

const aYearSeconds = 31_536_000;

export const assets: Endpoint = (request) => {
  const file = files.get(request.path);
  if (!file) throw new AuthError('not_found', 'no such asset');
  const etag = `"${request.path.slice('/assets/'.length)}"`;
  const headers = {
    'content-type': file.contentType,
    'cache-control': `public, max-age=${aYearSeconds}, immutable`,
  };
  return unlessKnown(request, etag, { status: 200, headers, body: file.body });
};
