/** The body of `POST /user_management/authenticate`: JSON or a form, every value a string. */
import * as v from 'valibot';
import type { FrontRequest } from '../front/http.ts';
import { oauthRefusal } from './refusals.ts';

export interface Parameters {
  /** @throws Refusal `invalid_request` when it is missing or empty. */
  required(name: string): string;
  optional(name: string): string | undefined;
}

const Fields = v.record(v.string(), v.unknown());

/** @throws Refusal `invalid_request` when the body is neither a JSON object nor a form. */
export function readParameters(request: FrontRequest): Parameters {
  const fields = readFields(request);
  const optional = (name: string): string | undefined => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw oauthRefusal('invalid_request', `${name} must be a string.`);
    return value;
  };
  const required = (name: string): string => {
    const value = optional(name);
    if (value === undefined) throw oauthRefusal('invalid_request', `${name} is required.`);
    return value;
  };
  return { required, optional };
}

function readFields({ headers, body }: FrontRequest): Readonly<Record<string, unknown>> {
  const text = body.toString('utf8');
  const contentType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (contentType === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(text));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Fields), text);
  if (!parsed.success) throw oauthRefusal('invalid_request', 'The body is no JSON object.');
  return parsed.output;
}
