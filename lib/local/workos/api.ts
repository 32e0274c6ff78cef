/** The API beyond the front's own endpoints: users are read from memory and their sessions are ours; the rest is the emulator's. */
import * as v from 'valibot';
import type { Context } from './context.ts';
import type { Emulator } from './emulator.ts';
import { json, type FrontRequest, type Reply } from '../front/http.ts';
import { Refusal } from '../front/refusal.ts';
import { notFound } from './refusals.ts';
import { listSessions } from './session-endpoints.ts';

const AnyUser = v.looseObject({ object: v.literal('user'), id: v.string() });
const AnyMembership = v.looseObject({ object: v.literal('organization_membership'), id: v.string() });
const AnyList = v.looseObject({ object: v.literal('list'), data: v.array(v.unknown()) });
const Told = v.union([AnyUser, AnyMembership]);
type Told = v.InferOutput<typeof Told>;

const tooMany = 'The emulator behind the front takes 1,000 calls a minute.';

export async function callApi(context: Context, emulator: Emulator, request: FrontRequest): Promise<Reply> {
  const { method, url } = request;
  const [, userId, sessions] = /^\/user_management\/users\/(user_[^/]+)(\/sessions)?$/.exec(url.pathname) ?? [];
  if (method === 'GET' && userId !== undefined) {
    if (sessions !== undefined) return listSessions(context, userId);
    const user = await context.directory.userById(userId);
    if (user === undefined) throw notFound('User', userId);
    return json(200, user);
  }

  const doomed = method === 'DELETE' ? await find(context, emulator, url.pathname) : undefined;
  const reply = await emulator.forward(request);
  if (reply.status === 429) throw new Refusal(500, { message: tooMany });
  if (method !== 'GET' && reply.status < 300) {
    context.directory.forget();
    if (method === 'DELETE' && userId !== undefined) endSessionsOf(context, userId);
    if (method === 'PUT' && userId !== undefined) context.directory.touchUser(userId, context.now());
    tell(context, method, doomed ?? read(Told, reply));
  }
  return url.pathname.startsWith('/user_management/users') ? withUserChanges(context, reply) : reply;
}

/** What a DELETE will remove: its event says what it was. */
async function find(context: Context, emulator: Emulator, path: string): Promise<Told | undefined> {
  if (!/^\/user_management\/(?:users|organization_memberships)\/[^/]+$/.test(path)) return undefined;
  const found: unknown = await emulator.call('GET', path).catch(() => undefined);
  if (!v.is(Told, found)) return undefined;
  return v.is(AnyUser, found) ? context.directory.withChanges(found) : found;
}

/** Users and memberships are told of; nobody listens to the rest. */
function tell({ directory, webhooks }: Context, method: string, what: Told | undefined): void {
  if (what === undefined) return;
  const verb = { POST: 'created', PUT: 'updated', DELETE: 'deleted' }[method];
  if (verb === undefined) return;
  webhooks.emit(`${what.object}.${verb}`, v.is(AnyUser, what) ? directory.withChanges(what) : what);
}

function endSessionsOf(context: Context, userId: string): void {
  for (const session of context.sessions.all()) if (session.userId === userId) context.sessions.end(session.id);
}

/** What the front knows of a user and the emulator does not, put into the emulator's answer. */
function withUserChanges(context: Context, reply: Reply): Reply {
  const value = read(v.unknown(), reply);
  if (value === undefined) return reply;
  const change = (each: unknown): unknown => (v.is(AnyUser, each) ? context.directory.withChanges(each) : each);
  return json(reply.status, v.is(AnyList, value) ? { ...value, data: value.data.map(change) } : change(value));
}

function read<Schema extends v.GenericSchema>(schema: Schema, reply: Reply): v.InferOutput<Schema> | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), reply.body.toString());
  return parsed.success ? parsed.output : undefined;
}
