/** Our copy of WorkOS's public keys. */
import { describe, expect, it } from 'vitest';
import { createDynamoSigningKeyStore } from '../../../functions/shared/aws/dynamo-key-stores.ts';
import { createDynamoStoredJwks } from '../../../functions/shared/aws/dynamo-stored-jwks.ts';
import { storedJwksMaxAgeMs } from '../../../functions/shared/domain/stored-jwks.ts';
import { createStringKeyTable } from '../../support/string-key-table.ts';
import { startDynalite } from '../../support/users-table.ts';

const client = await startDynalite();
const openTable = async () => ({ client, tableName: await createStringKeyTable(client, 'purpose', 'keyId') });
const now = new Date('2026-11-22T10:00:00Z');
const jwks = '{"keys":[]}';

describe('createDynamoStoredJwks()', () => {
  it('has nothing before the first copy', async () => {
    expect(await createDynamoStoredJwks(await openTable()).read(now)).toBeUndefined();
  });

  it('gives back the last copy as it was written', async () => {
    const stored = createDynamoStoredJwks(await openTable());
    await stored.write('{"keys":[{"kty":"RSA"}]}', now);
    await stored.write(jwks, now);
    expect(await stored.read(now)).toBe(jwks);
  });

  it('gives no copy that is too old', async () => {
    const stored = createDynamoStoredJwks(await openTable());
    await stored.write(jwks, now);
    expect(await stored.read(new Date(now.getTime() + storedJwksMaxAgeMs - 1))).toBe(jwks);
    expect(await stored.read(new Date(now.getTime() + storedJwksMaxAgeMs))).toBeUndefined();
  });

  it('is no key of ours', async () => {
    const table = await openTable();
    await createDynamoStoredJwks(table).write(jwks, now);
    expect(await createDynamoSigningKeyStore(table).list()).toStrictEqual([]);
  });

  it('says that the table is away rather than that there is no copy', async () => {
    const stored = createDynamoStoredJwks({ client, tableName: 'no-such-table' });
    const unavailable = { code: 'temporarily_unavailable', cause: expect.any(Error) };
    await expect(stored.read(now)).rejects.toMatchObject(unavailable);
    await expect(stored.write(jwks, now)).rejects.toMatchObject(unavailable);
  });
});
