/** GitHub's refusals in their shape. */
import type { RefusingFault } from '../faulty-answer.ts';
import { json, type Reply } from '../front/http.ts';

export function message(text: string, status: number): Readonly<Record<string, unknown>> {
  return { message: text, documentation_url: 'https://docs.github.com/rest', status: String(status) };
}

/** What GitHub says where a fault switch wants it to refuse: out of its hourly rate with 403, too fast with 429. */
export function failure(_operation: string, fault: RefusingFault): Reply {
  if (fault.kind === 'throttle') {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 60) };
    return json(403, message('API rate limit exceeded for this user.', 403), headers);
  }
  const { status, retryAfterSeconds } = fault;
  return json(
    status,
    message(`The local GitHub answers ${status} here because LOCAL_FAULTS says so.`, status),
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  );
}
