/** The offline Gmail worker and the round that keeps tokens: a schedule, a queue and who works it off. */
import { Duration, type Stack } from 'aws-cdk-lib/core';
import type { AddFunctions } from './add-functions.ts';
import { EventsToQueue } from './constructs/events-to-queue.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import type { DataStack } from './data-stack.ts';
import type { Environments } from './environments.ts';
import type { StageSettings } from './stages.ts';

export interface MailboxFunctionsProps {
  readonly add: AddFunctions;
  readonly settings: StageSettings;
  readonly data: DataStack;
  readonly environments: Environments;
}

export function addMailboxFunctions(scope: Stack, { add, settings, data, environments }: MailboxFunctionsProps): void {
  const { modules, keepsModules, takesMailboxTurns, gmailSyncMinutes } = environments;

  const mailboxTurns = new WorkQueue(scope, 'RefreshGmail', {
    settings,
    name: 'refresh-gmail',
    workerTimeoutSeconds: 60,
    whenGivenUp: 'These mailboxes missed a turn. Each has its next one at its usual time, and tells then what changed.',
  });
  add.job<typeof import('../functions/refresh-due-modules/env.ts')>('refresh-due-modules', {
    every: Duration.minutes(1),
    timeoutSeconds: 60,
    env: {
      ...modules,
      ...gmailSyncMinutes,
      MODULE_TOKENS_TABLE: data.moduleTokens.allowQuery('bySlot'),
      JOBS_TABLE: data.jobs.allow('GetItem', 'PutItem'),
      REFRESH_GMAIL_QUEUE_URL: mailboxTurns.send(),
    },
    whenItFails: 'Mailboxes that are connected have no turns, and new mail is told late; nothing of it is lost.',
  });
  add.worker<typeof import('../functions/refresh-gmail/env.ts')>('refresh-gmail', {
    queue: mailboxTurns,
    maxConcurrency: settings.gmailWorkers,
    env: takesMailboxTurns,
    whenItFails: 'Some mailboxes that are connected, or all, fall behind: new mail is told late, and none of it lost.',
  });
  new EventsToQueue(scope, 'FirstMailboxTurn', {
    bus: data.bus,
    queue: mailboxTurns,
    description: 'A mailbox that was connected or mended has its turn at once',
    detailTypes: ['module.connected', 'module.recovered'],
    detail: { module: ['gmail'] },
  });
  add.job<typeof import('../functions/renew-module-tokens/env.ts')>('renew-module-tokens', {
    every: Duration.hours(1),
    timeoutSeconds: 900,
    env: {
      ...keepsModules,
      KEYS_TABLE: data.keys.allow('Query'),
      MODULE_TOKENS_TABLE: data.moduleTokens.allowQuery(
        'bySlot',
        ...(['DeleteItem', 'GetItem', 'PutItem', 'Scan', 'UpdateItem'] as const),
      ),
      PROVIDER_ACCOUNTS_TABLE: data.providerAccounts.allow('GetItem'),
      JOBS_TABLE: data.jobs.allow('GetItem', 'PutItem'),
    },
    whenItFails:
      'What people disconnected may stay granted at GitHub, and connections that nobody uses for six months are lost.',
  });
}
