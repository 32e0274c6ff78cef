/** The cloud under attack, its people and their mailboxes, and what everybody may rely on however often processes die. */
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import type { LocalCloud } from '../../lib/local/local-cloud.ts';
import { followMailbox, type FollowedMailbox, type MailboxChanged } from '../support/follow-mailbox.ts';
import { type Operator, operatorOf, type Row } from '../support/operator.ts';
import type { Random } from '../support/random.ts';
import { keepLedger, type MailboxLedger } from './mailbox-ledger.ts';
import { type ConnectedModule, type Person, signIn } from './people.ts';

export interface Inhabitant extends Person {
  readonly ledger: MailboxLedger;
}

export interface RoundEnd {
  /** When. */
  readonly killed: string;
  /** Connections whose only token was spent by a process that did not live to keep the next one. */
  readonly lost: number;
}

export interface World {
  readonly cloud: LocalCloud;
  readonly operator: Operator;
  readonly random: Random;
  readonly people: readonly [Inhabitant, Inhabitant];
  row(person: Person, module: ConnectedModule): Promise<Row>;
  /** A message for each turn, as `refresh-due-modules` sends it. */
  sendTurns(people: readonly Person[]): Promise<void>;
  /** Events of one name about one person, the oldest first. */
  told(person: Person, name: string): readonly Readonly<Record<string, unknown>>[];
  followed(person: Person): FollowedMailbox;
  /** What Gmail says, by a token from `module-access-token`. */
  historyIdAtGmail(person: Person): Promise<string>;
}

const turnsQueue = 'refresh-gmail';
const profile = v.object({ historyId: v.string() });

export async function createWorld(cloud: LocalCloud, random: Random): Promise<World> {
  const operator = operatorOf(cloud);
  // Shorter than what an access token has to be good for: each time it is asked for, it has to be refreshed.
  Object.assign(cloud.github.settings, { expiringTokens: true, accessTokenSeconds: 60 });
  const inhabit = async (email: string, githubLogin: string): Promise<Inhabitant> => {
    const person = await signIn(cloud, { email, githubLogin });
    for (const module of ['gmail', 'github'] as const) await person.connect(module);
    return { ...person, ledger: keepLedger(cloud.google, email, random) };
  };
  const people = [
    await inhabit('alice@example.com', 'alice-archer'),
    await inhabit('bob@example.com', 'bob-baker'),
  ] as const;
  await cloud.queues.settled();

  const queueArn = cloud.deployment.resources.flatMap(({ attributes: { QueueName = '', Arn = '' } }) =>
    QueueName.endsWith(`-${turnsQueue}`) ? Arn : [],
  )[0];
  if (queueArn === undefined) throw new Error(`there is no queue ${turnsQueue}`);

  const world: World = {
    cloud,
    operator,
    random,
    people,
    async row({ userId, email }, module) {
      const found = (await operator.connections()).find((row) => row['userId'] === userId && row['module'] === module);
      if (!found) throw new Error(`${email} has no row for ${module}`);
      return found;
    },
    async sendTurns(whose) {
      for (const { userId } of whose) await cloud.aws.sqs.send(queueArn, JSON.stringify({ userId }));
    },
    told: ({ userId }, name) =>
      cloud.aws.events.flatMap(({ detailType, detail }) =>
        detailType === name && detail['userId'] === userId ? [detail] : [],
      ),
    followed: (person) =>
      followMailbox(world.told(person, 'gmail.mailbox.changed') as unknown as readonly MailboxChanged[]),
    async historyIdAtGmail(person) {
      const access = await person.askForAccess('gmail');
      if ('error' in access) throw new Error(`${person.email} gets no access to Gmail: ${access.error}`);
      const answer = await ask(`${cloud.google.url}/gmail/v1/users/me/profile`, access.accessToken);
      return v.parse(profile, await answer.json()).historyId;
    },
  };
  return world;
}

export const ask = (url: string, token: string): Promise<Response> =>
  fetch(url, { headers: { authorization: `Bearer ${token}` } });

/** Lets turns come until every mailbox is up to date; leases of the dead run out at once. @throws Error where one never is. */
export async function settle(world: World): Promise<void> {
  const { cloud, operator } = world;
  let late: readonly Inhabitant[] = [];
  for (let tries = 0; tries < 6; tries += 1) {
    // What the dead have sent arrives.
    await delay(20);
    await operator.runLeasesOut();
    await cloud.queues.settled();
    late = await peopleWhoAreLate(world);
    if (late.length === 0) return;
    await operator.runLeasesOut();
    await operator.makeTurnsDue();
    await world.sendTurns(late);
  }
  throw new Error(`mailboxes that are never up to date: ${late.map(({ email }) => email).join(', ')}`);
}

export async function peopleWhoAreLate(world: World): Promise<readonly Inhabitant[]> {
  const late: Inhabitant[] = [];
  for (const person of world.people) {
    const { historyId } = await world.row(person, 'gmail');
    if (historyId !== (await world.historyIdAtGmail(person))) late.push(person);
  }
  return late;
}
