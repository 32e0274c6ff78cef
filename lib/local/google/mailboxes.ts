/** Mailboxes and calendars, kept by the emulator `@emulators/google` in this process: it opens no port, and nobody but the front asks it. */
import type { GoogleHistoryEvent, GoogleSeedConfig, GoogleStore } from '@emulators/google';
import * as v from 'valibot';
import { type FrontRequest, json, type Reply } from '../front/http.ts';
import type { Account } from './accounts.ts';
import { seedOf } from './seed.ts';

interface Emulator {
  readonly store: GoogleStore;
  seed(config: GoogleSeedConfig): void;
  /** A request under that address, whatever its own credentials. */
  call(email: string, request: Pick<FrontRequest, 'method' | 'url' | 'headers' | 'body'>): Promise<Reply>;
}

/** As `users.getProfile` answers. */
export interface Profile {
  readonly emailAddress: string;
  readonly messagesTotal: number;
  readonly threadsTotal: number;
  readonly historyId: string;
}

/** Ids of history grow and leave gaps, as Gmail's do. */
const firstHistoryId = 1_000;
const historyIdGap = 7;

export class Mailboxes {
  readonly #accounts: () => readonly Account[];
  /** Loaded with the first call: nobody who waits for `npm start` has asked for mail yet. */
  #emulator: Promise<Emulator> | undefined;
  #lastEvent = 0;
  #lastHistoryId = firstHistoryId;
  /** History before this id is gone, by address. */
  readonly #forgotten = new Map<string, number>();
  readonly #seeded = new Set<string>();

  constructor(accounts: () => readonly Account[]) {
    this.#accounts = accounts;
  }

  async call(email: string, request: Parameters<Emulator['call']>[1]): Promise<Reply> {
    const emulator = await this.#open();
    const reply = await emulator.call(email, request);
    this.#renumber(emulator.store);
    return request.method === 'GET' ? withoutEmptyLists(reply) : reply;
  }

  async profile(email: string): Promise<Profile> {
    const { store } = await this.#open();
    const messages = store.messages.findBy('user_email', email);
    const ids = store.history.findBy('user_email', email).map((event) => Number(event.gmail_id));
    return {
      emailAddress: email,
      messagesTotal: messages.length,
      threadsTotal: new Set(messages.map((message) => message.thread_id)).size,
      historyId: String(Math.max(this.#forgotten.get(email) ?? firstHistoryId, ...ids)),
    };
  }

  async hasForgotten(email: string, startHistoryId: string): Promise<boolean> {
    await this.#open();
    return Number(startHistoryId) < (this.#forgotten.get(email) ?? firstHistoryId);
  }

  /** Whoever comes with an id from before gets a 404, also if nothing has happened since. */
  async forgetHistory(email: string): Promise<void> {
    await this.#open();
    this.#forgotten.set(email, this.#nextHistoryId());
  }

  async #open(): Promise<Emulator> {
    const emulator = await (this.#emulator ??= load());
    for (const account of this.#accounts()) {
      if (this.#seeded.has(account.email)) continue;
      this.#seeded.add(account.email);
      emulator.seed(seedOf(account));
    }
    this.#renumber(emulator.store);
    return emulator;
  }

  #nextHistoryId(): number {
    this.#lastHistoryId += historyIdGap;
    return this.#lastHistoryId;
  }

  /**
   * The emulator's ids are a time and a random number, so that of two changes within a millisecond the later one may have the
   * lower id: whoever syncs in between would miss it.
   */
  #renumber({ history, messages }: GoogleStore): void {
    const known = new Map<string, string>();
    for (const event of history.all().filter(({ id }) => id > this.#lastEvent)) {
      const key = `${event.user_email} ${event.gmail_id}`;
      const number = known.get(key) ?? String(this.#nextHistoryId());
      known.set(key, number);
      renumberMessage(messages, event, number);
      history.update(event.id, { gmail_id: number });
      this.#lastEvent = event.id;
    }
  }
}

function renumberMessage(messages: GoogleStore['messages'], event: GoogleHistoryEvent, number: string): void {
  const message = messages
    .findBy('gmail_id', event.message_gmail_id)
    .find((each) => each.user_email === event.user_email);
  if (message?.history_id === event.gmail_id) messages.update(message.id, { history_id: number });
}

async function load(): Promise<Emulator> {
  const [{ createServer }, { getGoogleStore, googlePlugin, seedFromConfig }] = await Promise.all([
    import('@emulators/core'),
    import('@emulators/google'),
  ]);
  const origin = 'http://localhost';
  const { app, store, tokenMap } = createServer(googlePlugin, { baseUrl: origin });
  let calls = 0;
  return {
    store: getGoogleStore(store),
    seed: (config) => seedFromConfig(store, origin, config),
    async call(email, { method, url, headers, body }) {
      // A token for each call: the emulator allows 5,000 an hour with one.
      calls += 1;
      const token = `call-${calls}`;
      tokenMap.set(token, { login: email, id: 1, scopes: [] });
      try {
        const response = await app.request(`${origin}${url.pathname}${url.search}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': headers['content-type'] ?? 'application/json',
          },
          ...(method !== 'GET' && method !== 'HEAD' && { body: new Uint8Array(body) }),
        });
        const contentType = response.headers.get('content-type');
        return {
          status: response.status,
          headers: contentType === null ? {} : { 'content-type': contentType },
          body: Buffer.from(await response.arrayBuffer()),
        };
      } finally {
        tokenMap.delete(token);
      }
    },
  };
}

const Answer = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));

/** Google leaves out a list that would be empty. */
function withoutEmptyLists(reply: Reply): Reply {
  const parsed = v.safeParse(Answer, reply.body.toString());
  if (reply.status !== 200 || !parsed.success) return reply;
  const entries = Object.entries(parsed.output).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return json(200, Object.fromEntries(entries));
}
