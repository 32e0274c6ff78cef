/** The vault on real data keys, as far as KMS and the Keys table are asked for them. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createDynamoDataKeyStore } from '../../../functions/shared/aws/dynamo-key-stores.ts';
import { createDataKeys } from '../../../functions/shared/aws/key-rings.ts';
import { createTokenVault } from '../../../functions/shared/domain/create-token-vault.ts';
import { moduleKeyPurpose } from '../../../functions/shared/domain/key-ring.ts';
import type { ProviderTokens } from '../../../functions/shared/domain/provider.ts';
import type { SealBinding, TokenVault } from '../../../functions/shared/domain/token-vault.ts';
import { holdClock } from '../../support/held-clock.ts';
import { createMemoryDataKeys } from '../../support/memory-data-keys.ts';
import { createStringKeyTable } from '../../support/string-key-table.ts';
import { startDynalite } from '../../support/users-table.ts';

const of = (userId: string, module = 'gmail'): SealBinding => ({ kind: 'connection', userId, module, tokenVersion: 1 });
const tokens: ProviderTokens = {
  accessToken: 'gho_access',
  accessTokenExpiresAt: new Date('2026-11-22T18:00:00.123Z'),
  refreshToken: 'ghr_refresh',
  refreshTokenExpiresAt: new Date('2027-05-22T10:00:00Z'),
};

const client = await startDynalite();

/** A Keys table of its own and a KMS that counts. */
async function start(): Promise<{
  vault: TokenVault;
  clock: ReturnType<typeof holdClock>;
  asked: { kms: string[]; lists: number };
  addKey(module: string, number: number): Promise<unknown>;
}> {
  const table = { client, tableName: await createStringKeyTable(client, 'purpose', 'keyId') };
  const clock = holdClock();
  const asked = { kms: [] as string[], lists: 0 };
  const counting = 'count what is asked of the table';
  client.middlewareStack.remove(counting);
  client.middlewareStack.add(
    (next, { commandName }) =>
      (call) => {
        if (commandName === 'QueryCommand') asked.lists += 1;
        return next(call);
      },
    { step: 'initialize', name: counting },
  );
  const unwrap = (purpose: string, number: number, wrapped: Uint8Array) => {
    asked.kms.push(`${purpose} ${number}`);
    return Promise.resolve(Buffer.from(wrapped));
  };
  return {
    vault: createTokenVault({
      stage: 'prod',
      keysOf: (module) => createDataKeys(moduleKeyPurpose(module), { table, clock, unwrap }),
    }),
    clock,
    asked,
    addKey: (module, number) =>
      createDynamoDataKeyStore(table, moduleKeyPurpose(module)).add({
        number,
        activeFrom: clock(),
        wrapped: randomBytes(32),
      }),
  };
}

describe('createTokenVault()', () => {
  it('gives back what was sealed, instants to the millisecond, and nothing that was not there', async () => {
    const keys = createMemoryDataKeys();
    const vault = createTokenVault({ stage: 'prod', keysOf: () => keys });
    const binding = of('usr_alice');
    for (const each of [tokens, { refreshToken: '1//0' }, { accessToken: 'gho_' }, {}]) {
      expect(await vault.open(await vault.seal(each, binding), binding)).toStrictEqual(each);
    }
  });

  it('asks KMS once per key and instance: for 1,000 records, sealed and opened, many at once', async () => {
    const { vault, asked, addKey, clock } = await start();
    await addKey('gmail', 1);
    await addKey('github', 1);
    const sealAndOpen = async (_: unknown, index: number) => {
      const binding = of(`usr_${index}`, index % 2 === 0 ? 'gmail' : 'github');
      return vault.open(await vault.seal(tokens, binding), binding);
    };
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 100 }, sealAndOpen));
      clock.advanceSeconds(30);
    }
    expect(asked.kms.toSorted()).toStrictEqual(['module-tokens:github 1', 'module-tokens:gmail 1']);
    // Each of the two lists is read again when it is a minute old.
    expect(asked.lists).toBe(10);
  });

  it('asks KMS once for a key that is new, and not again for the one before', async () => {
    const { vault, asked, addKey, clock } = await start();
    await addKey('gmail', 1);
    const old = await vault.seal(tokens, of('usr_alice'));
    await addKey('gmail', 2);
    clock.advanceSeconds(60);
    for (let time = 0; time < 5; time += 1) {
      expect((await vault.seal(tokens, of('usr_bob'))).keyId).toBe('2');
      expect(await vault.open(old, of('usr_alice'))).toStrictEqual(tokens);
    }
    expect(asked.kms).toStrictEqual(['module-tokens:gmail 1', 'module-tokens:gmail 2']);
    expect(await vault.currentKeyId('gmail')).toBe('2');
  });

  it('asks nobody anything before there is something to seal or to open', async () => {
    const { asked } = await start();
    expect(asked).toStrictEqual({ kms: [], lists: 0 });
  });

  it('does not let made-up key ids become reads', async () => {
    const { vault, asked, addKey } = await start();
    await addKey('gmail', 1);
    const record = await vault.seal(tokens, of('usr_alice'));
    const before = asked.lists;
    for (let number = 2; number < 50; number += 1) {
      await expect(vault.open({ ...record, keyId: String(number) }, of('usr_alice'))).rejects.toThrow(/not there/);
    }
    expect(asked.lists - before).toBeLessThanOrEqual(1);
  });
});
