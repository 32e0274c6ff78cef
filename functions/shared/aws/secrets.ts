/** Secrets, read once per instance and again when a use of them fails. */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { AuthError } from '../domain/auth-error.ts';
import type { Clock } from '../domain/clock.ts';
import { orUnavailable } from './or-unavailable.ts';

/** Between two readings that a failed use asked for: a stranger's junk must not become a bill. */
const rereadAfterMs = 60_000;

export interface Secret<Value> {
  /** @throws AuthError `temporarily_unavailable` when it cannot be read or its fields are not what they should be. */
  read(): Promise<Value>;
  /** Reads it anew, unless that was done within the last minute: then the same value again. */
  reread(): Promise<Value>;
}

/**
 * Starts reading at once, in Lambda's init phase, unless `isLazy`; a failure shows at the first `read()`, which tries again.
 * @param schema what the secret's JSON object has to hold; its output is what `read()` gives.
 */
export function createSecret<const Schema extends v.GenericSchema>(
  client: SecretsManagerClient,
  secretId: string,
  schema: Schema,
  clock: Clock,
  { isLazy = false }: { readonly isLazy?: boolean } = {},
): Secret<v.InferOutput<Schema>> {
  let value: Promise<v.InferOutput<Schema>> | undefined;
  let readAt = 0;

  const read = (): Promise<v.InferOutput<Schema>> => {
    if (value) return value;
    readAt = clock().getTime();
    const reading = fetchSecret(client, secretId, schema);
    value = reading;
    reading.catch(() => {
      if (value === reading) value = undefined;
    });
    return reading;
  };

  if (!isLazy) read().catch(() => undefined);
  return {
    read,
    reread: async () => {
      const before = value;
      if (clock().getTime() - readAt >= rereadAfterMs) value = undefined;
      try {
        return await read();
      } catch (error) {
        // What was read before is still the best that is known.
        if (before === undefined) throw error;
        value = before;
        return before;
      }
    },
  };
}

async function fetchSecret<const Schema extends v.GenericSchema>(
  client: SecretsManagerClient,
  secretId: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const get = new GetSecretValueCommand({ SecretId: secretId });
  const { SecretString: text } = await orUnavailable(`secret ${secretId}`, client.send(get));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (parsed.success) return parsed.output;
  const fields = parsed.issues.map((issue) => v.getDotPath(issue) ?? 'its JSON');
  throw new AuthError(
    'temporarily_unavailable',
    `secret ${secretId}: ${[...new Set(fields)].join(', ')} missing or malformed; set it with npm run secret`,
    { cause: new v.ValiError(parsed.issues) },
  );
}
