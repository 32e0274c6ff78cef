import { createWebhookSecret } from '../shared/aws/app-secrets.ts';
import { createSecretsManager, createSqs } from '../shared/aws/clients.ts';
import { createCloudWatchLog } from '../shared/aws/cloudwatch-log.ts';
import { readEnv } from '../shared/aws/read-env.ts';
import { createSqsWorkosEvents } from '../shared/aws/sqs-workos-events.ts';
import { jsonError } from '../shared/http/errors.ts';
import { serve } from '../shared/http/serve.ts';
import { createWebhookSignatures } from '../shared/workos/webhook-signature.ts';
import { env } from './env.ts';
import { maxWebhookBytes, webhooksWorkos } from './webhooks-workos.ts';

const { WORKOS_SECRET_ID, WORKOS_EVENTS_QUEUE_URL } = readEnv(env);
const clock = () => new Date();

const endpoint = webhooksWorkos({
  signatures: createWebhookSignatures({
    secret: createWebhookSecret(createSecretsManager(), WORKOS_SECRET_ID, clock),
    clock,
  }),
  queue: createSqsWorkosEvents(createSqs(), WORKOS_EVENTS_QUEUE_URL),
});

export const handler = serve(endpoint, {
  log: createCloudWatchLog(),
  errors: jsonError,
  maxBodyBytes: maxWebhookBytes,
});
