/** Native clients for tests of parts: one that asks nobody, and one as new clients are. */
import type { NativeClient } from '../../functions/shared/domain/native-clients.ts';

export const plainClient: NativeClient = {
  id: 'gatehouse-native',
  name: 'Sample app',
  redirectUris: ['yourappscheme://login/success', 'http://127.0.0.1/callback', 'http://[::1]/callback'],
  confirm: 'none',
};

export const askingClient: NativeClient = {
  id: 'gatehouse-asking',
  name: 'Asking <app>',
  redirectUris: ['yourappscheme://asking/success', 'https://app.example.com/login/success', 'http://127.0.0.1/asking'],
  confirm: 'page',
};

export const nativeClients: readonly NativeClient[] = [plainClient, askingClient];

/** RFC 7636 appendix B. */
export const appVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const appChallenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
/** RFC 9449 §6.1. */
export const appThumbprint = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';

/** A request that is right in every part, for `/login`. @param changes `undefined` leaves a parameter out. */
export function nativeQuery(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const whole = {
    origin: 'native',
    client_id: plainClient.id,
    redirect_uri: 'yourappscheme://login/success',
    state: 'app-state',
    code_challenge: appChallenge,
    code_challenge_method: 'S256',
    ...changes,
  };
  const given = Object.entries(whole).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return String(new URLSearchParams(given.map(([name, value]): [string, string] => [name, value])));
}
