/** Ends a grant of which nothing comes, as well as that goes. Nobody holds its tokens any more. */
import type { Log } from '../shared/domain/log.ts';
import type { ModuleConnections } from '../shared/domain/module-connections.ts';
import type { Module } from '../shared/domain/modules.ts';
import type { Providers, ProviderTokens } from '../shared/domain/provider.ts';
import type { TokenVault } from '../shared/domain/token-vault.ts';
import { endsExactly } from '../shared/domain/upstream-grant.ts';

export interface AbandoningParts {
  readonly connections: Pick<ModuleConnections, 'find'>;
  readonly vault: Pick<TokenVault, 'open'>;
  readonly providers: Providers;
}

export interface AbandonedGrant {
  readonly module: Module;
  readonly tokens: ProviderTokens;
  /** Who may have connected the account before: a provider may give the same token for another consent. */
  readonly userIds: readonly string[];
}

/**
 * GitHub keeps ten tokens of an account for an app and ends the oldest, which could be one in use. Google would end all that the
 * account has granted to the project: there nothing is done.
 */
export async function abandonGrant(
  parts: AbandoningParts,
  { module, tokens, userIds }: AbandonedGrant,
  log: Log,
): Promise<void> {
  if (!endsExactly({ module })) return;
  try {
    const inUse = await Promise.all(userIds.map((userId) => keptToken(parts, userId, module)));
    if (!inUse.includes(tokens.accessToken)) await parts.providers[module.provider].revoke(tokens);
  } catch (cause) {
    log.warn('connect.grant_left', {}, cause);
  }
}

async function keptToken(
  { connections, vault }: AbandoningParts,
  userId: string,
  { name: module }: Module,
): Promise<string | undefined> {
  const kept = await connections.find(userId, module);
  if (!kept) return undefined;
  const { sealed, tokenVersion } = kept;
  return (await vault.open(sealed, { kind: 'connection', userId, module, tokenVersion })).accessToken;
}
