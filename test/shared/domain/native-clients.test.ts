import { describe, expect, it } from 'vitest';
import {
  findClient,
  findRedirect,
  matchRedirectUri,
  redirectKey,
  redirectUriOf,
} from '../../../functions/shared/domain/native-clients.ts';
import { askingClient, nativeClients, plainClient } from '../../support/native-clients.ts';
import { foreignRedirects } from '../../support/redirect-corpus.ts';

const client = plainClient;

describe('findClient()', () => {
  it('finds one by its id, exactly', () => {
    expect(findClient(nativeClients, 'gatehouse-native')).toBe(plainClient);
    for (const id of ['', 'Gatehouse-Native', 'gatehouse-native ', 'gatehouse', 'constructor']) {
      expect(findClient(nativeClients, id)).toBeUndefined();
    }
  });
});

describe('matchRedirectUri()', () => {
  it.each(client.redirectUris)('takes what is registered, as it is: %s', (uri) => {
    expect(matchRedirectUri(client, uri)).toStrictEqual({ client, registered: uri, port: undefined });
  });

  it.each([1, 80, 1024, 53_682, 65_535])('takes a loopback address on port %i', (port) => {
    for (const host of ['127.0.0.1', '[::1]']) {
      expect(matchRedirectUri(client, `http://${host}:${port}/callback`)).toStrictEqual({
        client,
        registered: `http://${host}/callback`,
        port,
      });
    }
  });

  it("takes no redirect of another client's", () => {
    expect(matchRedirectUri(askingClient, 'yourappscheme://login/success')).toBeUndefined();
    expect(matchRedirectUri(client, 'http://127.0.0.1:53682/asking')).toBeUndefined();
  });

  it.each(Object.entries(foreignRedirects))('takes none with %s', (_, uris) => {
    expect(uris.filter((uri) => matchRedirectUri(client, uri))).toStrictEqual([]);
  });

  it('takes no port where none may be', () => {
    expect(matchRedirectUri(askingClient, 'https://app.example.com:8443/login/success')).toBeUndefined();
    expect(matchRedirectUri(askingClient, 'https://app.example.com:443/login/success')).toBeUndefined();
  });
});

describe('redirectKey()', () => {
  const redirects = nativeClients.flatMap((each) =>
    each.redirectUris.map((registered) => ({ client: each, registered, port: undefined })),
  );

  it('leads back to client and redirect, with the port', () => {
    for (const redirect of redirects) {
      expect(findRedirect(nativeClients, redirectKey(redirect), 4711)).toStrictEqual({ ...redirect, port: 4711 });
    }
  });

  it('is another for every client and every redirect', () => {
    expect(new Set(redirects.map(redirectKey)).size).toBe(redirects.length);
    const registered = 'yourappscheme://login/success';
    const keyOf = (id: string) => redirectKey({ client: { ...client, id }, registered, port: undefined });
    expect(keyOf('a')).not.toBe(keyOf('b'));
  });

  it('leads nowhere once the settings have it no more', () => {
    const [gone] = redirects;
    if (!gone) throw new Error('no redirects');
    expect(findRedirect([askingClient], redirectKey(gone), undefined)).toBeUndefined();
  });
});

describe('redirectUriOf()', () => {
  it.each(['http://127.0.0.1:53682/callback', 'http://[::1]:1/callback', 'yourappscheme://login/success'])(
    'is what the app asked for: %s',
    (uri) => {
      const redirect = matchRedirectUri(client, uri);
      expect(redirect && redirectUriOf(redirect)).toBe(uri);
    },
  );
});
