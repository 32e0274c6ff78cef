/** What a native app asks of Gatehouse: tokens for a ticket, new ones for old ones, who is signed in, the end. */
import type { BrowserLogin } from './browser-login.ts';
import type { DeviceKey } from './device-key.ts';

/** As `/native/session/jwt` and `/native/session/refresh` answer. */
export interface Tokens {
  /** A JWT for `Authorization`. */
  readonly token: string;
  /** `DPoP` where the tokens are bound to a key of this device. */
  readonly tokenType: 'Bearer' | 'DPoP';
  /** Seconds. */
  readonly expiresIn: number;
  /** Good for one refresh, which answers with the next. */
  readonly refreshToken: string;
  readonly refreshExpiresIn: number;
  readonly sessionId: string;
}

/** As `/session` answers; it has more members. */
export interface SignedIn {
  readonly uid: string;
  readonly name: string;
  readonly email: string;
}

/** Gatehouse said no (`invalid_grant`, `invalid_device_proof` …), or there was no answer (`unreachable`). */
export class GatehouseError extends Error {
  override readonly name = 'GatehouseError';
  readonly code: string;
  /** Whether the same question may have a better answer later. Nothing is known of the session then: keep it. */
  readonly isTransient: boolean;

  constructor(code: string, message: string, options: { isTransient: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = code;
    this.isTransient = options.isTransient;
  }
}

interface Question {
  readonly body?: object;
  readonly tokens?: Pick<Tokens, 'token' | 'tokenType'>;
}

const timeoutMs = 20_000;

export class Gatehouse {
  readonly #url: string;
  readonly #deviceKey: DeviceKey | undefined;

  /** @param deviceKey if tokens are bound to one (RFC 9449). */
  constructor(url: string, deviceKey?: DeviceKey) {
    this.#url = url;
    this.#deviceKey = deviceKey;
  }

  /** Works once, whether it succeeds or not. @throws GatehouseError */
  async redeem({ uid, ticket, verifier }: BrowserLogin): Promise<Tokens> {
    return this.#ask('POST', '/native/session/jwt', { body: { uid, deviceProof: { ticket, verifier } } });
  }

  /** @throws GatehouseError `invalid_grant` when the session has ended. */
  async refresh(refreshToken: string): Promise<Tokens> {
    return this.#ask('POST', '/native/session/refresh', { body: { refreshToken } });
  }

  /** May be repeated. @throws GatehouseError */
  async logout(refreshToken: string): Promise<void> {
    await this.#ask('POST', '/native/session/logout', { body: { refreshToken } });
  }

  /** @throws GatehouseError `unauthenticated` when the token has expired or its session has ended. */
  async session(tokens: Pick<Tokens, 'token' | 'tokenType'>): Promise<SignedIn> {
    return this.#ask('GET', '/session', { tokens });
  }

  async #ask<Answer>(method: 'GET' | 'POST', path: string, { body, tokens }: Question): Promise<Answer> {
    const url = this.#url + path;
    const proof = this.#deviceKey?.prove({ method, url, token: tokens?.token });
    const headers = {
      ...(body && { 'content-type': 'application/json' }),
      ...(tokens && { authorization: `${tokens.tokenType} ${tokens.token}` }),
      ...(proof !== undefined && { dpop: proof }),
    };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await fetch(url, {
        method,
        headers,
        signal,
        // A token goes to Gatehouse, and nowhere else that somebody names.
        redirect: 'error',
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as Answer;
      throw refusal(answer.status, text);
    } catch (error) {
      if (error instanceof GatehouseError) throw error;
      throw new GatehouseError('unreachable', 'Gatehouse does not answer.', { isTransient: true, cause: error });
    }
  }
}

/** API Gateway's own answers, and those of whatever stands between, are not in Gatehouse's words. */
function refusal(status: number, text: string): GatehouseError {
  const isTransient = status === 429 || status >= 500;
  try {
    const { error, error_description: message } = JSON.parse(text) as { error: unknown; error_description: unknown };
    if (typeof error === 'string') return new GatehouseError(error, String(message), { isTransient });
  } catch {
    // Not JSON.
  }
  return new GatehouseError('unexpected_answer', `Something answered ${status}.`, { isTransient });
}
