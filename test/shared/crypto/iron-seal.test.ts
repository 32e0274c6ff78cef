/** Our seal beside those of WorkOS's own SDKs: whoever has the password opens each other's. */
import { WorkOS } from '@workos-inc/node';
import { sessionEncryption } from '@workos/authkit-session';
import fc from 'fast-check';
import { defaults, seal as sealWithIron } from 'iron-webcrypto';
import { describe, expect, it } from 'vitest';
import { isIronSeal, sealIron, unsealIron } from '../../../functions/shared/crypto/iron-seal.ts';
import { aliceClaims, createTokenIssuer } from '../../support/access-tokens.ts';
import { anyText } from '../../support/any-text.ts';
import { olderPassword, password, strangersPassword } from '../../support/cookie-passwords.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';
import { everyShorterVersion, everyTamperedVersion } from '../../support/tampering.ts';

const session = {
  accessToken: 'header.claims.signature',
  refreshToken: 'refresh_01H',
  user: { id: 'user_01HALICE', email: 'alice@example.com', firstName: 'Zoë', lastName: '陳', metadata: { a: '*~%' } },
  organizationId: 'org_01HACME',
  authenticationMethod: 'Password',
};
const text = JSON.stringify(session);
const ours = sealIron(text, password);
const { userManagement } = new WorkOS({ apiKey: 'sk_test', clientId: 'client_test' });

const openWithSdk = (sessionData: string, cookiePassword = password) =>
  userManagement.getSessionFromCookie({ sessionData, cookiePassword });

const parseOpened = (seal: string): unknown => JSON.parse(unsealIron(seal, [password]) ?? 'null');

/** As the SDK seals: src/common/crypto/seal.ts. */
const sealAsSdk = async (value: unknown): Promise<string> =>
  `${await sealWithIron(value, { id: '1', secret: password }, { ...defaults, ttl: 0, encode: JSON.stringify })}~2`;

describe('a seal of ours', () => {
  it('is opened by the WorkOS SDK', async () => {
    expect(await openWithSdk(ours)).toStrictEqual(session);
  });

  it('is opened by @workos/authkit-session', async () => {
    expect(await sessionEncryption.unsealData(ours, { password })).toStrictEqual(session);
  });

  it('stays closed to both without the password', async () => {
    expect(await openWithSdk(ours, strangersPassword)).toStrictEqual({});
    await expect(sessionEncryption.unsealData(ours, { password: strangersPassword })).rejects.toThrow('Bad hmac value');
  });

  it('is opened by both whatever JSON it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(anyText(), fc.jsonValue()), async (record) => {
        const value: unknown = JSON.parse(JSON.stringify(record));
        const seal = sealIron(JSON.stringify(record), password);
        expect(await openWithSdk(seal)).toStrictEqual(value);
        expect(await sessionEncryption.unsealData(seal, { password })).toStrictEqual(value);
      }),
      { numRuns: 50 },
    );
  });

  it('holds only characters that a cookie carries as they are', () => {
    expect(ours).toMatch(/^Fe26\.2\*1\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]+\*\*[0-9a-f]{64}\*[\w-]{43}~2$/);
    expect(encodeURIComponent(ours)).toBe(ours);
  });

  it('is another one every time', () => {
    expect(sealIron(text, password)).not.toBe(ours);
  });
});

describe('unsealIron()', () => {
  it("opens the SDK's seal", async () => {
    expect(parseOpened(await sealAsSdk(session))).toStrictEqual(session);
  });

  it('opens the seal of @workos/authkit-session', async () => {
    expect(parseOpened(await sessionEncryption.sealData(session, { password }))).toStrictEqual(session);
  });

  it("opens the SDK's seal whatever JSON it holds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(parseOpened(await sealAsSdk(value))).toStrictEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 50 },
    );
  });

  it('gives back any text', () => {
    fc.assert(
      fc.property(anyText(5_000), (anything) => {
        expect(unsealIron(sealIron(anything, password), [password])).toBe(anything);
      }),
    );
  });

  it('tries the passwords in turn, so that old seals open after a rotation', () => {
    expect(unsealIron(ours, [password, olderPassword])).toBe(text);
    expect(unsealIron(ours, [strangersPassword, olderPassword, password])).toBe(text);
    expect(unsealIron(ours, [strangersPassword, olderPassword])).toBeUndefined();
    expect(unsealIron(ours, [])).toBeUndefined();
  });

  const openOf = (seals: readonly string[]) => seals.filter((seal) => unsealIron(seal, [password]) !== undefined);

  it('opens nothing in which a character was changed', () => {
    expect(openOf(everyTamperedVersion(ours))).toStrictEqual([]);
  });

  it('opens nothing that was cut short, its mac included', () => {
    expect(openOf(everyShorterVersion(ours))).toStrictEqual([]);
    expect(openOf(everyShorterVersion(ours.slice(0, -2)).map((shorter) => `${shorter}~2`))).toStrictEqual([]);
  });

  it('opens nothing whose mac is written with padding, or with characters that a decoder skips', () => {
    const [mac = ''] = ours.slice(0, -2).split('*').slice(-1);
    const notations = [`${mac}=`, ` ${mac}`, `${mac}\n`, `${mac.slice(0, 9)}!${mac.slice(9)}`, `${mac}.`];
    expect(openOf(notations.map((other) => ours.replace(mac, other)))).toStrictEqual([]);
  });

  it('opens nothing whose parts come from two seals', () => {
    const theirs = sealIron(text, password).split('*');
    // All but the empty expiry, which they have in common.
    const differing = [2, 3, 4, 6, 7];
    const mixed = differing.map((part) =>
      ours
        .split('*')
        .with(part, theirs[part] ?? '')
        .join('*'),
    );
    expect(openOf(mixed)).toStrictEqual([]);
  });

  it('opens nothing with an expiry or another password id, which WorkOS never writes', async () => {
    const options = { ...defaults, encode: JSON.stringify };
    const expiring = await sealWithIron(session, { id: '1', secret: password }, { ...options, ttl: 60_000 });
    const second = await sealWithIron(session, { id: '2', secret: password }, options);
    expect(unsealIron(`${expiring}~2`, [password])).toBeUndefined();
    expect(unsealIron(`${second}~2`, [password])).toBeUndefined();
  });

  it('takes a seal with bad base64, on which the SDK throws, for none of ours', async () => {
    const parts = ours.split('*');
    const badMac = parts.with(7, '!!!~2').join('*');
    expect(openOf([badMac, parts.with(3, '!!!').join('*'), parts.with(4, '!!!').join('*')])).toStrictEqual([]);
    await expect(openWithSdk(badMac)).rejects.toThrow();
  });

  it('takes any other text for none of ours', () => {
    expect(openOf(['', '~2', 'Fe26.2', 'Fe26.2*1******~2', '********~2', 'a.jwt.token', text])).toStrictEqual([]);
    fc.assert(fc.property(anyText(), (junk) => unsealIron(`${junk}~2`, [password]) === undefined));
  });
});

describe('isIronSeal()', () => {
  it('knows a seal by its form, whoever has its password', () => {
    expect(isIronSeal(ours)).toBe(true);
    expect(isIronSeal(sealIron(text, strangersPassword))).toBe(true);
  });

  it.each(['', 'Fe26.2', 'Fe26.1*1*a~2', 'Fe26.2*2*a~2', ` ${ours}`, `${ours} `, ours.slice(0, -1), 'a.jwt.token'])(
    'takes %s for none',
    (other) => {
      expect(isIronSeal(other)).toBe(false);
    },
  );
});

describe("a session that the SDK's own calls seal", () => {
  it('opens here, and one sealed here is a session to the SDK', async () => {
    const issuer = await createTokenIssuer();
    const accessToken = await issuer.sign({ exp: Math.floor(Date.now() / 1000) + 300 });
    const user = { object: 'user', id: aliceClaims.sub, email: 'alice@example.com', first_name: 'Alice' };
    const workos = await startScriptedServer(({ target }) =>
      target.startsWith('/sso/jwks/')
        ? { body: issuer.jwks }
        : { body: { user, access_token: accessToken, refresh_token: 'refresh_02H', organization_id: 'org_01HACME' } },
    );
    const { hostname, port } = new URL(workos.url);
    const sdk = new WorkOS({
      apiKey: 'sk_test',
      clientId: 'client_test',
      apiHostname: hostname,
      port: Number(port),
      https: false,
    });

    const sealedHere = sealIron(JSON.stringify({ ...session, accessToken }), password);
    const loaded = sdk.userManagement.loadSealedSession({ sessionData: sealedHere, cookiePassword: password });
    expect(await loaded.authenticate()).toMatchObject({
      authenticated: true,
      sessionId: aliceClaims.sid,
      user: session.user,
      accessToken,
    });

    const refreshed = await loaded.refresh();
    if (!refreshed.authenticated) throw new Error(refreshed.reason);
    expect(parseOpened(refreshed.sealedSession ?? '')).toMatchObject({
      accessToken,
      refreshToken: 'refresh_02H',
      user: { id: aliceClaims.sub, email: 'alice@example.com', firstName: 'Alice' },
    });
  });
});
