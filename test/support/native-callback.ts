/** Logins of apps, as `/callback` meets them. */
import { redirectKey } from '../../functions/shared/domain/native-clients.ts';
import type { NativeTransaction } from '../../functions/shared/domain/native-transaction.ts';
import { appChallenge, appThumbprint, askingClient, plainClient } from './native-clients.ts';

/** @param changes of the transaction that `/login` keeps. */
export function nativeLogin(changes: Partial<NativeTransaction> = {}): { readonly native: NativeTransaction } {
  const [registered = ''] = plainClient.redirectUris;
  return {
    native: {
      face: 'gatehouse',
      redirectKey: redirectKey({ client: plainClient, registered, port: undefined }),
      port: undefined,
      state: 'app-state',
      codeChallenge: appChallenge,
      dpopThumbprint: appThumbprint,
      ...changes,
    },
  };
}

/** Of a client whose person is asked first. */
export function askingLogin(registered = askingClient.redirectUris[0] ?? '', port?: number) {
  return nativeLogin({ redirectKey: redirectKey({ client: askingClient, registered, port }), port });
}
