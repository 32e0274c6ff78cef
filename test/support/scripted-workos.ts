/** A WorkOS that publishes keys and answers `/authenticate` as a test says, and an account there. To be used inside a test. */
import type { Clock } from '../../functions/shared/domain/clock.ts';
import {
  createWorkosAccount,
  type WorkosAccount,
  type WorkosCredentials,
} from '../../functions/shared/workos/workos-account.ts';
import { aliceClaims, clientId, issuedAt, issuer, type TokenIssuer } from './access-tokens.ts';
import { holdClock } from './held-clock.ts';
import { type ScriptedAnswer, startScriptedServer } from './scripted-server.ts';

export const apiKey = 'sk_test_1';

/** As `/authenticate` answers. */
export const aliceAtWorkos = {
  object: 'user',
  id: aliceClaims.sub,
  email: 'alice@example.com',
  email_verified: true,
  first_name: 'Alice',
  last_name: 'Archer',
  profile_picture_url: 'https://pictures.example.com/alice.png',
  metadata: {},
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
} as const;

export type Authenticate = (body: Readonly<Record<string, unknown>>, count: number) => ScriptedAnswer | 'drop';

export interface ScriptedWorkos {
  readonly url: string;
  readonly account: WorkosAccount;
  /** What `/authenticate` was asked, in order. */
  readonly asked: readonly Readonly<Record<string, unknown>>[];
}

export interface AccountOptions {
  readonly clock?: Clock;
  readonly issuer?: string | undefined;
  readonly credentials?: CredentialSource;
}

export interface CredentialSource {
  read(): Promise<WorkosCredentials>;
  reread(): Promise<WorkosCredentials>;
}

export async function startWorkos(
  tokens: TokenIssuer,
  authenticate: Authenticate,
  options: AccountOptions = {},
): Promise<ScriptedWorkos> {
  const asked: Record<string, unknown>[] = [];
  const { url } = await startScriptedServer(({ target, body }) => {
    if (target === `/sso/jwks/${clientId}`) return { body: tokens.jwks };
    if (target !== '/user_management/authenticate') return { status: 404, body: {} };
    asked.push(JSON.parse(body) as Record<string, unknown>);
    return authenticate(asked.at(-1) ?? {}, asked.length);
  });
  const account = createWorkosAccount({
    apiUrl: url,
    issuer: 'issuer' in options ? options.issuer : issuer,
    credentials: options.credentials ?? keepCredentials(),
    clock: options.clock ?? holdClock(issuedAt.toISOString()),
  });
  return { url, account, asked };
}

/** @param replacements what the secret holds when it is read anew, one after the other. */
export function keepCredentials(...replacements: readonly WorkosCredentials[]): CredentialSource {
  const held = [{ apiKey, clientId }, ...replacements];
  let index = 0;
  const current = () => Promise.resolve(held[index] ?? { apiKey, clientId });
  return {
    read: current,
    reread: () => {
      index = Math.min(index + 1, held.length - 1);
      return current();
    },
  };
}
