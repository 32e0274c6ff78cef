/** `GET /assets/{file}`: stylesheet and icon, named by their content and so good for ever. */
import { AuthError } from '../shared/domain/auth-error.ts';
import { withHeaders } from '../shared/http/response.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { assets as files } from '../shared/pages/assets.ts';

const aYearSeconds = 31_536_000;

export const assets: Endpoint = (request) => {
  const file = files.get(request.path);
  if (!file) throw new AuthError('not_found', 'no such asset');
  const etag = `"${request.path.slice('/assets/'.length)}"`;
  const headers = { 'cache-control': `public, max-age=${aYearSeconds}, immutable`, etag };
  const isKnown = request.headers['if-none-match']?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  return isKnown
    ? { status: 304, headers, body: '' }
    : withHeaders({ status: 200, headers: { 'content-type': file.contentType }, body: file.body }, headers);
};
