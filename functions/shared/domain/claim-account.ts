/** A provider's account belongs to one user here, and is known by its id: addresses change hands. */
import { AuthError } from './auth-error.ts';
import type { ConnectedAccount } from './connected-accounts.ts';
import type { ModuleConnection } from './module-connections.ts';
import type { ProviderAccount } from './provider.ts';
import type { ConnectionOf, VaultKeeperParts } from './vault-parts.ts';

type ClaimParts = Pick<VaultKeeperParts, 'accounts' | 'connections' | 'users'>;

/**
 * Before the tokens are written. A claim that nothing stands behind is taken over: its owner is gone, or died before they had
 * the connection. `isClaimed()` afterwards catches the one who was merely slow.
 * @throws AuthError `account_taken`
 */
export async function claimAccount(parts: ClaimParts, of: ConnectionOf, { id }: ProviderAccount): Promise<void> {
  const account: ConnectedAccount = { provider: of.module.provider, accountId: id };
  const owner = await parts.accounts.claim(account, { userId: of.userId, module: of.module.name });
  if (owner === of.userId || (await isTakenOver(parts, of, account, owner))) return;
  throw new AuthError('account_taken', `the ${of.module.provider} account is connected by another user`);
}

async function isTakenOver(
  parts: ClaimParts,
  { userId, module }: ConnectionOf,
  account: ConnectedAccount,
  owner: string,
): Promise<boolean> {
  const { accounts, connections, users } = parts;
  const isGone = await users.isBarred(owner);
  if (!isGone && (await connectionsWith(parts, owner, account)).length > 0) return false;
  if ((await accounts.claim(account, { userId, module: module.name }, owner)) !== userId) return false;

  const left = await connectionsWith(parts, owner, account);
  if (isGone) for (const connection of left) await connections.remove(owner, connection.module);
  if (isGone || left.length === 0) return true;
  // They wrote it just then: it is theirs.
  for (const connection of left) await accounts.claim(account, { userId: owner, module: connection.module }, userId);
  return false;
}

/** After the tokens were written: whether the account is this user's, whatever others did meanwhile. */
export async function isClaimed(
  { accounts }: ClaimParts,
  { userId, module }: ConnectionOf,
  { id }: ProviderAccount,
): Promise<boolean> {
  const account: ConnectedAccount = { provider: module.provider, accountId: id };
  return (await accounts.claim(account, { userId, module: module.name })) === userId;
}

async function connectionsWith(
  { connections }: ClaimParts,
  userId: string,
  { accountId }: ConnectedAccount,
): Promise<readonly ModuleConnection[]> {
  return (await connections.list(userId)).filter(({ account }) => account.id === accountId);
}
