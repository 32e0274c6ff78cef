/** `GET /gmail/mailbox`: how far the offline worker has come with this user's mailbox. Asks neither Google nor KMS. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { ModuleConnections } from '../shared/domain/module-connections.ts';
import type { Module } from '../shared/domain/modules.ts';
import { requireModule } from '../shared/http/module-route.ts';
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';
import { json } from '../shared/http/response.ts';
import type { MailboxAnswer } from './mailbox-answer.ts';

export interface GmailMailboxDependencies {
  readonly connections: Pick<ModuleConnections, 'find'>;
  /** Those that the stage switches on. */
  readonly modules: readonly Module[];
}

export function gmailMailbox({ connections, modules }: GmailMailboxDependencies): AuthenticatedEndpoint {
  return async (_request, { userId }) => {
    const { name } = requireModule(modules, 'gmail');
    const connection = await connections.find(userId, name);
    if (!connection) throw new AuthError('module_not_connected', 'this user has not connected gmail');
    if (connection.status !== 'connected') {
      throw new AuthError('reauthorization_required', `gmail has to be connected again: ${connection.problem ?? ''}`);
    }
    const { account, mailbox, nextTurnAt } = connection;
    return json(200, {
      emailAddress: account.address,
      messagesTotal: mailbox?.messagesTotal ?? null,
      historyId: mailbox?.historyId ?? null,
      lastSyncedAt: mailbox?.lastSyncedAt.toISOString() ?? null,
      nextSyncAt: nextTurnAt?.toISOString() ?? null,
    } satisfies MailboxAnswer);
  };
}
