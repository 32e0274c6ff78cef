/** This deployment's account at WorkOS: its credentials, its API, and the calls that need both. Made once per instance. */
import type { WorkOS } from '@workos-inc/node';
import type { JWTVerifyGetKey } from 'jose';
import type { Clock } from '../domain/clock.ts';
import { createFetch, type Fetch } from '../outbound/fetch.ts';
import { accessTokenIssuers } from './access-token.ts';
import { createWorkosKeys, type WorkosKeysOptions } from './workos-keys.ts';

export interface WorkosCredentials {
  readonly apiKey: string;
  readonly clientId: string;
}

export interface WorkosAccount {
  readonly apiUrl: string;
  readonly keys: JWTVerifyGetKey;
  clientId(): Promise<string>;
  issuers(): Promise<readonly string[]>;
  /** Loads the SDK at its first call: a request with a fresh session never needs it. */
  sdk(): Promise<WorkOS>;
  /** After WorkOS refused our credentials: whether the secret holds others by now, which `sdk()` then uses. */
  hasNewCredentials(): Promise<boolean>;
}

export interface WorkosAccountOptions {
  readonly apiUrl: string;
  /** Set when a custom authentication domain changes `iss`. */
  readonly issuer?: string | undefined;
  readonly credentials: { read(): Promise<WorkosCredentials>; reread(): Promise<WorkosCredentials> };
  readonly clock: Clock;
  readonly fetch?: Fetch;
  readonly keys?: WorkosKeysOptions;
}

export function createWorkosAccount(options: WorkosAccountOptions): WorkosAccount {
  const { apiUrl, credentials, clock, fetch = createFetch() } = options;
  const clientId = async (): Promise<string> => (await credentials.read()).clientId;
  let client: { credentials: WorkosCredentials; sdk: WorkOS } | undefined;
  return {
    apiUrl,
    clientId,
    keys: createWorkosKeys(async () => `${apiUrl}/sso/jwks/${await clientId()}`, fetch, clock, options.keys),
    issuers: async () => accessTokenIssuers(apiUrl, await clientId(), options.issuer),
    async sdk() {
      const current = await credentials.read();
      if (client?.credentials.apiKey !== current.apiKey || client.credentials.clientId !== current.clientId) {
        const { createWorkos } = await import('./workos-client.ts');
        client = { credentials: current, sdk: createWorkos(current, apiUrl, fetch) };
      }
      return client.sdk;
    },
    async hasNewCredentials() {
      const before = await credentials.read();
      const after = await credentials.reread();
      return before.apiKey !== after.apiKey || before.clientId !== after.clientId;
    },
  };
}
