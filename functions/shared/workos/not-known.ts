/**
 * WorkOS's answers for what it does not know. Loaded where they are asked about, as the SDK is; by a static import of what is
 * used, since bundles carry the whole of a package that is imported by `import()`.
 */
import { NotFoundException } from '@workos-inc/node';

export function isNotFound(error: unknown): boolean {
  return error instanceof NotFoundException;
}

/** Where the request has nothing but an id that could be bad. By its status: the SDK has three classes for it. */
export function isBadRequest(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 400;
}
