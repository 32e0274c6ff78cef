import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { workOffQueue } from '../shared/aws/sqs-worker.ts';
import { mailboxModule, wireMailboxTurns } from '../shared/wiring/mailbox-parts.ts';
import { env } from './env.ts';
import { refreshGmail } from './refresh-gmail.ts';

const variables = readEnv(env);
const isSwitchedOn = mailboxModule in variables.MODULES;

export const handler = workOffQueue(refreshGmail({ ...wireMailboxTurns(variables), isSwitchedOn }), {
  log: createCloudWatchLog(),
});
