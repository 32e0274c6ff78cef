import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { createSecret } from '../../../functions/shared/aws/secrets.ts';
import { awsRefusal } from '../../support/aws-refusal.ts';
import { holdClock } from '../../support/held-clock.ts';
import { startSecretsManager } from '../../support/secrets-manager.ts';

const schema = v.object({ TOKEN: v.string(), PORT: v.optional(v.number(), 443) });

async function start(answer: Parameters<typeof startSecretsManager>[0]) {
  const { client, requests } = await startSecretsManager(answer);
  const clock = holdClock();
  return { secret: createSecret(client, 'stage/purpose', schema, clock), requests, clock };
}

const valueNumber = (count: number) => JSON.stringify({ TOKEN: `token ${count}` });

describe('createSecret()', () => {
  it('gives what the schema makes of the secret', async () => {
    const { secret, requests } = await start(valueNumber);
    expect(await secret.read()).toStrictEqual({ TOKEN: 'token 1', PORT: 443 });
    expect(requests[0]?.headers['x-amz-target']).toBe('secretsmanager.GetSecretValue');
    expect(JSON.parse(requests[0]?.body ?? '')).toStrictEqual({ SecretId: 'stage/purpose' });
  });

  it('reads once, however many ask and however long ago', async () => {
    const { secret, requests, clock } = await start(valueNumber);
    await Promise.all(Array.from({ length: 20 }, () => secret.read()));
    clock.advanceSeconds(86_400);
    expect(await secret.read()).toMatchObject({ TOKEN: 'token 1' });
    expect(requests).toHaveLength(1);
  });

  it('starts reading before anyone asks', async () => {
    const asked = Promise.withResolvers<boolean>();
    await start((count) => {
      asked.resolve(true);
      return valueNumber(count);
    });
    expect(await asked.promise).toBe(true);
  });

  it('tries again after a failure', async () => {
    const { secret, requests } = await start((count) =>
      count < 3 ? awsRefusal('InternalServiceError', 500) : valueNumber(count),
    );
    await expect(secret.read()).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    await expect(secret.read()).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(await secret.read()).toMatchObject({ TOKEN: 'token 3' });
    expect(requests).toHaveLength(3);
  });

  it('says which secret was refused, and keeps the refusal as the cause', async () => {
    const { secret } = await start(() => awsRefusal('AccessDeniedException'));
    await expect(secret.read()).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      message: expect.stringContaining('stage/purpose'),
      cause: { name: 'AccessDeniedException' },
    });
  });

  it('is read anew when a use of it failed, at most once a minute', async () => {
    const { secret, requests, clock } = await start(valueNumber);
    await secret.read();
    clock.advanceSeconds(59);
    expect(await secret.reread()).toMatchObject({ TOKEN: 'token 1' });
    clock.advanceSeconds(1);
    const rereads = await Promise.all(Array.from({ length: 20 }, () => secret.reread()));
    expect(new Set(rereads.map(({ TOKEN }) => TOKEN))).toStrictEqual(new Set(['token 2']));
    expect(await secret.read()).toMatchObject({ TOKEN: 'token 2' });
    expect(await secret.reread()).toMatchObject({ TOKEN: 'token 2' });
    expect(requests).toHaveLength(2);
  });

  it('keeps what it knows when it cannot be read anew', async () => {
    const { secret, clock } = await start((count) =>
      count === 1 ? valueNumber(1) : awsRefusal('InternalServiceError', 500),
    );
    await secret.read();
    clock.advanceSeconds(61);
    expect(await secret.reread()).toMatchObject({ TOKEN: 'token 1' });
    expect(await secret.read()).toMatchObject({ TOKEN: 'token 1' });
  });

  it.each([
    ['a field that is missing', '{"PORT":1}', 'TOKEN'],
    ['a field of another type', '{"TOKEN":{"value":"hunter2"}}', 'TOKEN'],
    ['several such fields', '{"TOKEN":7,"PORT":"hunter2"}', 'TOKEN, PORT'],
    ['text that is no JSON', 'hunter2', 'its JSON'],
    ['JSON that is no object', '"hunter2"', 'its JSON'],
    ['nothing', '', 'its JSON'],
  ])('names %s, and no value', async (_, held, named) => {
    const { secret } = await start(() => held);
    await expect(secret.read()).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      message: `secret stage/purpose: ${named} missing or malformed; set it with npm run secret`,
    });
  });

  it('takes a binary secret for none', async () => {
    const { secret } = await start(() => ({ body: { SecretBinary: 'aHVudGVyMg==' } }));
    await expect(secret.read()).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });
});
