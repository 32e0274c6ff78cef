/** Fauxqs without a port: it has no permissions of its own, so nothing but this process may reach it. */
import * as v from 'valibot';
import type { Reply } from './aws-service.ts';

export interface QueueDefinition {
  readonly name: string;
  /** As SQS names them, all texts. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Fauxqs {
  /** @param body JSON */
  ask(operation: string, body: string | Buffer): Promise<Reply>;
  /** Bodies of all messages in a queue, also of those that are being worked on or wait for their time; the oldest first. */
  bodies(queueName: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

const Message = v.object({ body: v.string(), sentTimestamp: v.number() });
const Contents = v.object({
  messages: v.object({
    ready: v.array(Message),
    delayed: v.array(Message),
    inflight: v.array(v.object({ message: Message })),
  }),
});

/** Loaded with the first call: it takes a third of a second, and nobody who waits for `npm start` has sent anything yet. */
async function load(queues: readonly QueueDefinition[]) {
  const { buildApp } = await import('fauxqs');
  const app = buildApp({ logger: false });
  const ask = async (operation: string, payload: string | Buffer): Promise<Reply> => {
    const { statusCode, headers, rawPayload } = await app.inject({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
      payload,
    });
    const names = ['content-type', 'x-amzn-query-error'];
    return {
      status: statusCode,
      headers: Object.fromEntries(names.flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : []))),
      body: rawPayload,
    };
  };
  for (const { name, attributes } of queues) {
    const reply = await ask('CreateQueue', JSON.stringify({ QueueName: name, Attributes: attributes }));
    if (reply.status !== 200) throw new Error(`fauxqs refuses the queue ${name}: ${reply.body.toString()}`);
  }
  const bodies = async (queueName: string): Promise<string[]> => {
    const { body } = await app.inject({ method: 'GET', url: `/_fauxqs/queues/${queueName}` });
    const { messages } = v.parse(Contents, JSON.parse(body));
    const all = [...messages.ready, ...messages.delayed, ...messages.inflight.map(({ message }) => message)];
    return all.toSorted((a, b) => a.sentTimestamp - b.sentTimestamp).map((message) => message.body);
  };
  return { ask, bodies, close: () => app.close() };
}

export function createFauxqs(queues: readonly QueueDefinition[]): Fauxqs {
  let loaded: ReturnType<typeof load> | undefined;
  return {
    ask: async (operation, body) => (await (loaded ??= load(queues))).ask(operation, body),
    bodies: async (queueName) => (loaded === undefined ? [] : (await loaded).bodies(queueName)),
    async close() {
      await (await loaded)?.close();
    },
  };
}
