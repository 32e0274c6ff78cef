/** `npm run bench:seal`: opening and sealing a session, ours beside the SDK's, in CPU time per operation (decisions/002). */
import { WorkOS } from '@workos-inc/node';
import { defaults, seal } from 'iron-webcrypto';
import { sealIron, unsealIron } from '../../functions/shared/crypto/iron-seal.ts';

const password = 'a password of forty characters, or nearly';
const tokens = {
  accessToken: 'a'.repeat(800),
  refreshToken: 'r'.repeat(40),
  user: { id: `user_${'0'.repeat(26)}`, email: 'alice@example.com', firstName: 'Alice', lastName: 'Archer' },
  authenticationMethod: 'Password',
};
const text = JSON.stringify(tokens);
const sealed = sealIron(text, password);
const { userManagement } = new WorkOS({ apiKey: 'sk_test', clientId: 'client_test' });

async function measure(name: string, operation: () => unknown, count = 4_000): Promise<void> {
  for (let index = 0; index < count / 4; index++) await operation();
  const before = process.cpuUsage();
  for (let index = 0; index < count; index++) await operation();
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${name.padEnd(24)} ${((user + system) / count).toFixed(0).padStart(5)} µs\n`);
}

await measure('open, SDK', () =>
  userManagement.getSessionFromCookie({ sessionData: sealed, cookiePassword: password }),
);
await measure('open, ours', () => unsealIron(sealed, [password]));
await measure('seal, iron-webcrypto', () =>
  seal(tokens, { id: '1', secret: password }, { ...defaults, encode: JSON.stringify }),
);
await measure('seal, ours', () => sealIron(text, password));
