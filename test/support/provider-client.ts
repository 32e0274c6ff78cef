/** A client of a provider whose other end a test scripts, with secrets by which a leak would be seen. */
import { expect } from 'vitest';
import { ProviderFailure } from '../../functions/shared/domain/provider.ts';
import { createFetch } from '../../functions/shared/outbound/fetch.ts';
import type { CredentialsSource } from '../../functions/shared/providers/client-credentials.ts';
import type { Respond, ScriptedServer } from './scripted-server.ts';
import { startScriptedServer } from './scripted-server.ts';

export const now = new Date('2026-11-22T10:00:00Z');
export const clientSecret = 'canary-client-secret';

export interface ScriptedProvider extends ScriptedServer {
  readonly options: {
    readonly url: string;
    readonly fetch: ReturnType<typeof createFetch>;
    readonly clock: () => Date;
    readonly credentials: CredentialsSource;
  };
}

/** @param reread what an operator has put into the secret meanwhile. */
export async function startProvider(respond: Respond, reread = clientSecret): Promise<ScriptedProvider> {
  const server = await startScriptedServer(respond);
  const credentials: CredentialsSource = {
    read: () => Promise.resolve({ clientId: 'client-1', clientSecret }),
    reread: () => Promise.resolve({ clientId: 'client-1', clientSecret: reread }),
  };
  return { ...server, options: { url: server.url, fetch: createFetch(), clock: () => now, credentials } };
}

/** How it failed. Neither what was sent nor what the provider said in words may be in it. */
export async function failureOf(call: Promise<unknown>): Promise<ProviderFailure> {
  const failure = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof ProviderFailure)) throw new Error('it did not fail as a provider does', { cause: failure });
  expect(`${failure.message} ${failure.reason} ${String(failure.cause)} ${failure.stack}`).not.toMatch(
    /canary|sentence/,
  );
  return failure;
}
