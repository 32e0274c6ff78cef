/** A native session whose app connects Gmail, on memory stores: what the two halves of it meet. */
import type { ObtainedForApp } from '../../functions/oauth-module-callback/complete-native-connect.ts';
import { createTokenVault } from '../../functions/shared/domain/create-token-vault.ts';
import { holdClock } from './held-clock.ts';
import { createMemoryDataKeys } from './memory-data-keys.ts';
import { createMemoryDeviceTickets } from './memory-device-tickets.ts';
import { createMemoryNativeSessionRecords } from './memory-native-session-records.ts';
import { createMemoryUsers } from './memory-users.ts';
import { nativeClients, plainClient } from './native-clients.ts';
import { nativeSessionOfSomeone } from './native-session-records-contract.ts';

export const gmailScopes = ['https://www.googleapis.com/auth/gmail.modify'];

export async function startNativeConnect() {
  const clock = holdClock();
  const users = createMemoryUsers();
  const nativeSessions = createMemoryNativeSessionRecords();
  const tickets = createMemoryDeviceTickets();
  const keys = createMemoryDataKeys();
  const vault = createTokenVault({ stage: 'test', keysOf: () => keys });
  const session = nativeSessionOfSomeone({ clientId: plainClient.id });
  const { userId, workosUserId, organizationId, roles } = session;
  await nativeSessions.begin(session);
  const profile = { email: 'alice@example.com', name: 'Alice', pictureUrl: undefined, authMethod: undefined };
  const at = clock();
  await users.recordSignIn({ ...profile, userId, workosUserId, organizationId, roles, profileAt: at, at });

  const granted: ObtainedForApp = {
    account: { id: '1234567890', address: 'alice@example.com' },
    scopes: gmailScopes,
    grant: {
      tokens: { accessToken: 'ya29.access', accessTokenExpiresAt: at, refreshToken: '1//refresh' },
      scopes: gmailScopes,
    },
  };
  const settings = { publicUrl: 'https://auth.example.com', nativeClients };
  return {
    clock,
    users,
    nativeSessions,
    tickets,
    vault,
    session,
    granted,
    parts: { nativeSessions, users, vault, tickets, settings },
  };
}
