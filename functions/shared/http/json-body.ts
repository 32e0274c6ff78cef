/** JSON in a request's body (RFC 8259): parsed by a schema, or refused by the name of what is wrong in it. */
import * as v from 'valibot';
import { AuthError } from '../domain/auth-error.ts';
import type { HttpRequest } from './request.ts';

const mediaType = 'application/json';

/**
 * Members that the schema does not know are ignored.
 * @throws AuthError `unsupported_media_type`; `invalid_request`, with the first field that is missing or of the wrong type
 */
export function readJson<const Schema extends v.GenericSchema>(
  request: HttpRequest,
  schema: Schema,
): v.InferOutput<Schema> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';', 1);
  // A page of another site cannot send this type without asking first (CORS): no cookie of ours is used by surprise.
  if (type.trim().toLowerCase() !== mediaType) throw new AuthError('unsupported_media_type', `not ${mediaType}`);
  const parsed = v.safeParse(schema, parse(request.body), { abortEarly: true });
  if (parsed.success) return parsed.output;
  // From the schema: it names no member of the sender's own making.
  const field = v.getDotPath(parsed.issues[0]) ?? 'the body';
  throw new AuthError('invalid_request', `missing or of the wrong type: ${field}`, { field });
}

function parse(body: Uint8Array): unknown {
  try {
    // Fatal: replaced bytes would make one text of two.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // Its message would quote the body.
    throw new AuthError('invalid_request', 'the body is no JSON', { field: 'the body' });
  }
}
