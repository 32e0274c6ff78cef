/** Who we are at a provider (RFC 6749 §2.3.1). */
import { ProviderFailure } from '../domain/provider.ts';

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface CredentialsSource {
  read(): Promise<ClientCredentials>;
  /** Anew, in case an operator has replaced them while this instance lived. */
  reread(): Promise<ClientCredentials>;
}

/** Calls with the credentials as they are known; once more where the provider refuses them and others are there by now. */
export async function withCredentials<Value>(
  source: CredentialsSource,
  call: (credentials: ClientCredentials) => Promise<Value>,
): Promise<Value> {
  const known = await source.read();
  try {
    return await call(known);
  } catch (failure) {
    if (!(failure instanceof ProviderFailure) || failure.kind !== 'misconfigured') throw failure;
    const { clientId, clientSecret } = await source.reread();
    if (clientId === known.clientId && clientSecret === known.clientSecret) throw failure;
    return call({ clientId, clientSecret });
  }
}
