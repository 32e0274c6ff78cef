/** WorkOS's webhooks: what happens here, told to the application, with a signature in milliseconds as production makes it. */
import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from './ids.ts';

export interface WebhookEndpoint {
  readonly url: string;
  readonly secret: string;
}

/** An event as it was sent. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  /** What is signed, with the time at which it is sent. */
  readonly body: string;
  /** The application's last answer; `undefined` while there is none. */
  readonly status: number | undefined;
}

const timeoutMs = 5_000;
/** WorkOS tries six times within three days; here one more try has to do. */
const retryAfterMs = 200;

export class Webhooks {
  readonly #endpoint: WebhookEndpoint | undefined;
  readonly #now: () => Date;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  /** @param endpoint `undefined`: nobody has registered one, and nothing is sent. */
  constructor(endpoint: WebhookEndpoint | undefined, now: () => Date) {
    this.#endpoint = endpoint;
    this.#now = now;
  }

  /** In the order of their events. */
  get deliveries(): readonly Delivery[] {
    return [...this.#deliveries.values()];
  }

  /** Returns at once. Deliveries wait for nobody and may overtake each other, as WorkOS's do. */
  emit(event: string, data: unknown): void {
    const endpoint = this.#endpoint;
    if (endpoint === undefined) return;
    const id = newId('event');
    const body = JSON.stringify({ object: 'event', id, event, data, created_at: this.#now().toISOString() });
    this.#deliveries.set(id, { id, event, body, status: undefined });
    const delivery = this.#deliver(endpoint, id);
    this.#underWay.add(delivery);
    void delivery.finally(() => this.#underWay.delete(delivery));
  }

  /**
   * Sends an event again, signed anew, as WorkOS does when it had no answer. @returns the answer's status.
   * @throws Error when there is no such event, or no answer.
   */
  async redeliver(id: string): Promise<number> {
    const delivery = this.#deliveries.get(id);
    if (this.#endpoint === undefined || delivery === undefined) throw new Error(`there was no event ${id}`);
    return this.#send(this.#endpoint, delivery.body);
  }

  /** Resolves when every event so far was answered, or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.settled();
  }

  async #deliver(endpoint: WebhookEndpoint, id: string): Promise<void> {
    if (await this.#attempt(endpoint, id)) return;
    await delay(retryAfterMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    if (!this.#closing.signal.aborted) await this.#attempt(endpoint, id);
  }

  /** @returns whether the application took it. */
  async #attempt(endpoint: WebhookEndpoint, id: string): Promise<boolean> {
    const delivery = this.#deliveries.get(id);
    if (delivery === undefined) return true;
    try {
      const status = await this.#send(endpoint, delivery.body);
      this.#deliveries.set(id, { ...delivery, status });
      return status >= 200 && status < 300;
    } catch {
      return false;
    }
  }

  async #send({ url, secret }: WebhookEndpoint, body: string): Promise<number> {
    const timestamp = String(this.#now().getTime());
    const digest = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'workos-signature': `t=${timestamp}, v1=${digest}` },
      body,
      signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.arrayBuffer();
    return response.status;
  }
}
