/** Keeps what a consent brought, in the place of an earlier connection of the same user and module. */
import { AuthError } from './auth-error.ts';
import { claimAccount, isClaimed } from './claim-account.ts';
import type { Log } from './log.ts';
import type { ModuleConnection, NewConnection } from './module-connections.ts';
import type { GrantedConnection } from './module-keeper.ts';
import type { ProviderTokens } from './provider.ts';
import { slotOf } from './slots.ts';
import { tellOfModule } from './tell-of-module.ts';
import { endsExactly, endUpstream, openToEnd } from './upstream-grant.ts';
import type { ConnectionOf, VaultKeeperParts } from './vault-parts.ts';

/** Another request may be at the same row; so many at once nobody sends in earnest. */
const maxAttempts = 5;

/** Up to the write of the row a failure leaves everything as it was, an earlier connection among it. */
export async function keepConnection(
  parts: VaultKeeperParts,
  granted: GrantedConnection,
  log: Log,
): Promise<Omit<ModuleConnection, 'version'>> {
  const { userId, module, account, scopes } = granted;
  const of: ConnectionOf = { userId, module };
  const tokens = parts.providers[module.provider].toKeep(granted.grant);
  await claimAccount(parts, of, account);
  const { kept, replaced } = await putConnection(parts, granted, tokens);
  const refusal = await findRefusal(parts, of, granted);
  if (refusal) await parts.connections.remove(userId, module.name);
  if (replaced) await letGo(parts, of, { replaced, account, tokens }, log);
  if (refusal) throw refusal;

  const isMended = replaced?.status === 'reauthorization_required';
  const name = isMended ? 'module.recovered' : 'module.connected';
  await tellOfModule(parts, log, name, { userId, module: module.name, scopes });
  return { ...kept, status: 'connected', problem: undefined, mailbox: undefined };
}

async function putConnection(
  parts: VaultKeeperParts,
  granted: GrantedConnection,
  tokens: ProviderTokens,
): Promise<{ readonly kept: NewConnection; readonly replaced: ModuleConnection | undefined }> {
  const { connections } = parts;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const replaced = await connections.find(granted.userId, granted.module.name);
    const kept = await newConnection(parts, granted, tokens, (replaced?.tokenVersion ?? 0) + 1);
    if (await connections.put(kept, replaced?.version)) return { kept, replaced };
  }
  throw new AuthError('temporarily_unavailable', 'other requests keep changing this connection');
}

async function newConnection(
  { vault, clock, settings }: VaultKeeperParts,
  { userId, module, account, scopes }: GrantedConnection,
  tokens: ProviderTokens,
  tokenVersion: number,
): Promise<NewConnection> {
  const now = clock();
  const cadence = settings.cadences.find((own) => own.module === module.name);
  const binding = { kind: 'connection', userId, module: module.name, tokenVersion } as const;
  return {
    userId,
    module: module.name,
    account,
    scopes,
    sealed: await vault.seal(tokens, binding),
    tokenVersion,
    connectedAt: now,
    refreshedAt: now,
    slot: cadence && slotOf(userId, cadence),
    nextTurnAt: cadence && now,
  };
}

/** The deletion of the user, or another's claim, may have come between the look at it and the write. */
async function findRefusal(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  { account }: GrantedConnection,
): Promise<AuthError | undefined> {
  const [isBarred, isOwned] = await Promise.all([parts.users.isBarred(of.userId), isClaimed(parts, of, account)]);
  if (!isBarred)
    return isOwned ? undefined : new AuthError('account_taken', 'another user claimed the account meanwhile');
  await parts.accounts.release(accountOf(of, account), { userId: of.userId, module: of.module.name });
  return new AuthError('user_disabled', 'the user was disabled or deleted meanwhile');
}

/** Of what was there before: the claim on another account, and the grant. The new connection stands, whatever comes of it. */
async function letGo(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  {
    replaced,
    account,
    tokens,
  }: {
    readonly replaced: ModuleConnection;
    readonly account: { readonly id: string };
    readonly tokens: ProviderTokens;
  },
  log: Log,
): Promise<void> {
  const isOtherAccount = replaced.account.id !== account.id;
  try {
    const before = await openToEnd(parts, replaced, log);
    // A provider may give the same token for another consent.
    const isInUse = endsExactly(of) && before?.accessToken === tokens.accessToken;
    if (before && !isInUse) await endUpstream(parts, of, { account: replaced.account, tokens: before }, log);
    if (isOtherAccount)
      await parts.accounts.release(accountOf(of, replaced.account), { userId: of.userId, module: of.module.name });
  } catch (cause) {
    log.warn('module.revocation_failed', { userId: of.userId, module: of.module.name }, cause);
  }
}

function accountOf({ module }: ConnectionOf, { id }: { readonly id: string }) {
  return { provider: module.provider, accountId: id } as const;
}
