/** What must be so after every round. */
import type { Inhabitant, World } from './world.ts';
import { ask } from './world.ts';

export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws Violation */
export async function checkInvariants(world: World): Promise<void> {
  for (const person of world.people) {
    await checkMailbox(world, person);
    await checkGithub(world, person);
  }
  const crash = world.cloud.logLines.find(({ record }) => record?.['level'] === 'error');
  if (crash) throw new Violation(`a log line that is a defect: ${crash.text}`);
}

async function checkMailbox(world: World, person: Inhabitant): Promise<void> {
  const { email, ledger } = person;
  const row = await world.row(person, 'gmail');
  if (row['status'] !== 'connected') throw new Violation(`${email}: Gmail is ${String(row['status'])}`);
  if ('leaseId' in row) throw new Violation(`${email}: a lease was left though its turn ended`);
  const followed = world.followed(person);
  if (followed.historyId !== row['historyId']) {
    throw new Violation(`${email}: told up to ${followed.historyId}, stored ${String(row['historyId'])}`);
  }
  const missing = ledger.missingFrom(followed.changes);
  if (missing.length > 0) throw new Violation(`${email}: never told: ${missing.join(', ')}`);
}

async function checkGithub(world: World, person: Inhabitant): Promise<void> {
  const access = await person.askForAccess('github');
  if ('error' in access) throw new Violation(`${person.email} gets no access to GitHub: ${access.error}`);
  const { status } = await ask(`${world.cloud.github.url}/user`, access.accessToken);
  if (status !== 200) throw new Violation(`${person.email}: GitHub answers ${status} to the token that was given out`);
}
