/** The form of the page that asks whether an app may have somebody signed in. */
import * as v from 'valibot';
import { AuthError } from '../shared/domain/auth-error.ts';
import { singleParameters } from '../shared/http/query.ts';

const field = v.pipe(v.string(), v.nonEmpty());

export const confirmationParameters = v.object({
  /** Name of the flow's cookie. */
  flow: field,
  confirmation: field,
  decision: v.picklist(['continue', 'cancel']),
});
export type Confirmation = v.InferOutput<typeof confirmationParameters>;

/** @throws AuthError `invalid_request` */
export function parseConfirmation(form: URLSearchParams): Confirmation {
  const fields = singleParameters(form, Object.keys(confirmationParameters.entries));
  const parsed = v.safeParse(confirmationParameters, fields);
  if (parsed.success) return parsed.output;
  throw new AuthError('invalid_request', 'not the form of our page');
}
