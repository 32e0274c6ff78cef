import { describe, expect, it } from 'vitest';
import { refreshGmail } from '../../functions/refresh-gmail/refresh-gmail.ts';
import { mailboxTurnsUnderTest } from '../support/mailbox-turns-under-test.ts';

const bob = 'usr_bob';

async function connected() {
  const world = mailboxTurnsUnderTest();
  await world.connect(bob);
  return {
    ...world,
    work: (body: object, isSwitchedOn = true) =>
      refreshGmail({ ...world.parts, isSwitchedOn })(JSON.stringify(body), world.log),
  };
}

describe('refreshGmail()', () => {
  it('takes the turn of the user that a message names', async () => {
    const { work, row } = await connected();
    await work({ userId: bob });
    expect(await row(bob)).toMatchObject({ mailbox: expect.anything() });
  });

  it('takes it for one that was connected or mended, as the bus tells it', async () => {
    const { work, row } = await connected();
    await work({ userId: bob, module: 'gmail', scopes: ['https://www.googleapis.com/auth/gmail.modify'] });
    expect(await row(bob)).toMatchObject({ mailbox: expect.anything() });
  });

  it('does nothing where the module is switched off', async () => {
    const { work, turns } = await connected();
    await work({ userId: bob }, false);
    expect(turns.writes).toBe(0);
  });

  it('fails at a message that names nobody', async () => {
    const { work } = await connected();
    await expect(work({ userId: '' })).rejects.toThrow();
    await expect(work({ user: bob })).rejects.toThrow();
  });
});
