/** Throttling as API Gateway does it: a bucket that holds the burst and fills at the rate. */
import type { Throttling } from './http-api.ts';

export class TokenBucket {
  readonly #throttling: Throttling;
  readonly #now: () => Date;
  #tokens: number;
  #filledAt: Date;

  constructor(throttling: Throttling, now: () => Date) {
    this.#throttling = throttling;
    this.#now = now;
    this.#tokens = throttling.burst;
    this.#filledAt = now();
  }

  /** False when the request is one too many. */
  take(): boolean {
    const { burst, requestsPerSecond } = this.#throttling;
    const now = this.#now();
    const seconds = (now.getTime() - this.#filledAt.getTime()) / 1000;
    this.#tokens = Math.min(burst, this.#tokens + seconds * requestsPerSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
