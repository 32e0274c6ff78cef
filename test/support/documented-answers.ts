/** Every answer that a test gets from Gatehouse is held against the OpenAPI document, whatever the test is about. */
import { deviationsOf, type GivenAnswer, type GivenRequest } from './openapi-deviations.ts';

const origins = new Set<string>();

/** From now on what comes from this origin has to be as documented. @returns what ends that. */
export function checkAnswersFrom(origin: string): () => void {
  origins.add(origin);
  return () => void origins.delete(origin);
}

/** @throws Error that says what is not as documented. Answers of other origins are none of its business. */
export function requireDocumented(origin: string, request: GivenRequest, answer: GivenAnswer): void {
  if (!origins.has(origin)) return;
  const deviations = deviationsOf(request, answer);
  if (deviations.length === 0) return;
  const says = `${request.method} ${request.path} answered ${answer.status}, and not as its openapi.ts says`;
  throw new Error([says, ...deviations].join('\n- '));
}
