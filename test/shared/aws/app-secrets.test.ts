import { describe, expect, it } from 'vitest';
import {
  createCookieSecret,
  createGithubSecret,
  createGoogleSecret,
  createWebhookSecret,
  createWorkosSecret,
} from '../../../functions/shared/aws/app-secrets.ts';
import { createCloudWatchLog } from '../../../functions/shared/aws/cloudwatch-log.ts';
import { olderPassword, password } from '../../support/cookie-passwords.ts';
import { holdClock } from '../../support/held-clock.ts';
import { startSecretsManager } from '../../support/secrets-manager.ts';

const clock = holdClock();

async function readWorkosSecret(fields: object) {
  const { client } = await startSecretsManager(() => JSON.stringify(fields));
  return createWorkosSecret(client, 'workos', clock).read();
}

async function readCookieSecret(fields: object) {
  const { client } = await startSecretsManager(() => JSON.stringify(fields));
  return createCookieSecret(client, 'cookie', clock).read();
}

describe('createWorkosSecret()', () => {
  it('reads key and client id, whatever else is kept beside them', async () => {
    const fields = { WORKOS_API_KEY: 'sk_live', WORKOS_CLIENT_ID: 'client_1', WORKOS_WEBHOOK_SECRET: 'not-set' };
    expect(await readWorkosSecret(fields)).toStrictEqual({ apiKey: 'sk_live', clientId: 'client_1' });
  });

  it.each([
    [
      'as a fresh deployment has it',
      { WORKOS_API_KEY: 'not-set', WORKOS_CLIENT_ID: 'not-set' },
      'WORKOS_API_KEY, WORKOS_CLIENT_ID',
    ],
    ['half filled in', { WORKOS_API_KEY: 'sk_live', WORKOS_CLIENT_ID: 'not-set' }, 'WORKOS_CLIENT_ID'],
    ['with an empty field', { WORKOS_API_KEY: '', WORKOS_CLIENT_ID: 'client_1' }, 'WORKOS_API_KEY'],
  ])('refuses a secret %s, by the names of its fields', async (_, fields, named) => {
    await expect(readWorkosSecret(fields)).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      message: `secret workos: ${named} missing or malformed; set it with npm run secret`,
    });
  });
});

describe('createWebhookSecret()', () => {
  const read = async (fields: object) => {
    const { client } = await startSecretsManager(() => JSON.stringify(fields));
    return createWebhookSecret(client, 'workos', clock).read();
  };

  it('reads the secret of the webhook endpoint, whether the other fields are set or not', async () => {
    expect(await read({ WORKOS_API_KEY: 'not-set', WORKOS_WEBHOOK_SECRET: 'whsec_1' })).toBe('whsec_1');
  });

  it.each([{}, { WORKOS_WEBHOOK_SECRET: 'not-set' }, { WORKOS_WEBHOOK_SECRET: '' }])(
    'refuses %o, and says what to do',
    async (fields) => {
      await expect(read(fields)).rejects.toMatchObject({
        code: 'temporarily_unavailable',
        message: 'secret workos: WORKOS_WEBHOOK_SECRET missing or malformed; set it with npm run secret',
      });
    },
  );
});

describe.each([
  ['createGoogleSecret()', createGoogleSecret, 'GOOGLE'],
  ['createGithubSecret()', createGithubSecret, 'GITHUB'],
])('%s', (_, create, name) => {
  const filledIn = { [`${name}_CLIENT_ID`]: 'client', [`${name}_CLIENT_SECRET`]: 'secret' };

  it('reads who we are at the provider, and not before somebody asks', async () => {
    let readings = 0;
    const { client } = await startSecretsManager(() => {
      readings += 1;
      return JSON.stringify(filledIn);
    });
    const secret = create(client, 'provider', clock);
    // Another reading of the same Secrets Manager: by its answer one that began earlier would have arrived.
    await create(client, 'provider', clock).read();
    expect(readings).toBe(1);
    expect(await secret.read()).toStrictEqual({ clientId: 'client', clientSecret: 'secret' });
  });

  it.each([
    ['as a fresh deployment has it', { [`${name}_CLIENT_ID`]: 'not-set', [`${name}_CLIENT_SECRET`]: 'not-set' }],
    ['with empty fields', { [`${name}_CLIENT_ID`]: '', [`${name}_CLIENT_SECRET`]: '' }],
  ])('refuses a secret %s, by the names of its fields', async (_how, fields) => {
    const { client } = await startSecretsManager(() => JSON.stringify(fields));
    await expect(create(client, 'provider', clock).read()).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      message: `secret provider: ${name}_CLIENT_ID, ${name}_CLIENT_SECRET missing or malformed; set it with npm run secret`,
    });
  });
});

describe('createCookieSecret()', () => {
  it.each([
    ['one password', password, [password]],
    ['a JSON array as text', JSON.stringify([password, olderPassword]), [password, olderPassword]],
    ['an array', [password, olderPassword], [password, olderPassword]],
  ])('reads %s, newest first', async (_, field, read) => {
    expect(await readCookieSecret({ WORKOS_COOKIE_PASSWORD: field })).toStrictEqual(read);
  });

  it.each([
    ['a short one', 'hunter2 hunter2'],
    ['one short one of two', [password, 'hunter2 hunter2']],
    ['an empty list', []],
  ])('refuses %s by the name of the field, without a word of it in message or log', async (_, field) => {
    const error: unknown = await readCookieSecret({ WORKOS_COOKIE_PASSWORD: field }).catch((thrown: unknown) => thrown);
    const written: string[] = [];
    createCloudWatchLog({}, (line) => written.push(line)).error('request.failed', {}, error);
    expect(error).toMatchObject({
      code: 'temporarily_unavailable',
      message: 'secret cookie: WORKOS_COOKIE_PASSWORD missing or malformed; set it with npm run secret',
    });
    expect(written).toHaveLength(1);
    expect(String(error) + written.join()).not.toContain('hunter2');
    expect(String(error) + written.join()).not.toContain(password);
  });
});
