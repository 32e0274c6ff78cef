/** The token endpoint over the core of native sessions on memory stores. */
import { oauthToken } from '../../functions/oauth-token/oauth-token.ts';
import { oauthError } from '../../functions/shared/http/oauth-error.ts';
import { createDpopVerifier } from '../../functions/shared/jwt/dpop-proof.ts';
import { askEndpoint } from './ask-endpoint.ts';
import { createDpopKey, type DpopKey } from './dpop-key.ts';
import { createMemoryOnce } from './memory-once.ts';
import { nativeClients } from './native-clients.ts';
import { type NativeGrantsUnderTest, type Proof, publicUrl } from './native-grants-under-test.ts';

export type Form = Readonly<Record<string, string | undefined>>;
type Headers = Readonly<Record<string, string>>;

export const tokenUrl = `${publicUrl}/oauth/token`;
export const appKey = await createDpopKey();
export const strangersKey = await createDpopKey();

export function startTokenEndpoint(grants: NativeGrantsUnderTest) {
  const endpoint = oauthToken({
    ...grants.parts,
    dpop: createDpopVerifier({ once: createMemoryOnce() }),
    settings: { publicUrl, nativeClients },
  });
  /** @param body fields, of which an `undefined` one is left out; or the text itself. */
  const ask = async (body: Form | string, headers: Headers = {}) => {
    const {
      status,
      headers: answered,
      body: text,
      log,
    } = await askEndpoint(endpoint, '/oauth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: typeof body === 'string' ? body : encode(body),
      errors: oauthError,
    });
    const says = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return { status, headers: answered, says, error: says['error'], refreshToken: String(says['refresh_token']), log };
  };
  return {
    ask,
    exchange: (proof: Proof, changes: Form = {}, headers: Headers = {}) => ask(codeForm(proof, changes), headers),
    refresh: (refreshToken: string, headers: Headers = {}, changes: Form = {}) =>
      ask(
        { grant_type: 'refresh_token', client_id: 'gatehouse-native', refresh_token: refreshToken, ...changes },
        headers,
      ),
    async prove(key: DpopKey = appKey, url = tokenUrl): Promise<{ readonly dpop: string }> {
      const iat = Math.floor(grants.clock().getTime() / 1000);
      return { dpop: await key.prove({ method: 'POST', url, claims: { iat } }) };
    },
  };
}

/** As the app sends it that began the login of `NativeGrantsUnderTest.login()`. */
export function codeForm({ ticket, verifier }: Proof, changes: Form = {}): Form {
  return {
    grant_type: 'authorization_code',
    client_id: 'gatehouse-native',
    code: ticket,
    code_verifier: verifier,
    redirect_uri: 'yourappscheme://login/success',
    ...changes,
  };
}

export function encode(form: Form): string {
  const given = Object.entries(form).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  return new URLSearchParams(given).toString();
}
