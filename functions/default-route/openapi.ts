/** What is answered where no operation is, described. */
import type { Answers } from '../shared/openapi/operation.ts';

/** `invalid_request` is what `method_not_allowed` and `payload_too_large` are called below `/oauth/`. */
const errors = {
  form: 'either',
  codes: ['invalid_request', 'method_not_allowed', 'not_found'],
} satisfies Answers['errors'];

/** Whatever the path: it may be one that has operations, with other methods, or none of ours. */
export const otherRequests = {
  head: {
    summary: 'Says that a path which knows GET is there, and consumes nothing',
    replies: { 200: { description: 'It is there.', headers: ['Allow'] } },
    errors,
  },
  options: {
    summary: 'Says which methods a path knows; a CORS preflight where the stage’s `webOrigins` may ask',
    replies: {
      204: {
        description: 'The methods.',
        headers: [
          'Allow',
          'VaryByPreflight',
          'AllowOrigin',
          'AllowCredentials',
          'AllowMethods',
          'AllowHeaders',
          'PreflightMaxAge',
        ],
      },
    },
    errors,
  },
  other: { summary: 'Any other method', replies: {}, errors },
} satisfies Readonly<Record<string, Answers>>;
