/** A client of a Secrets Manager that answers as a test says. To be used inside a test. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type ScriptedAnswer, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

export interface LocalSecretsManager {
  readonly client: SecretsManagerClient;
  readonly requests: ScriptedServer['requests'];
}

/** @param answer by the count of requests so far, from 1. A string is what the secret holds. */
export async function startSecretsManager(
  answer: (count: number) => string | ScriptedAnswer,
): Promise<LocalSecretsManager> {
  const { url, requests } = await startScriptedServer((_request, count) => {
    const given = answer(count);
    return typeof given === 'string' ? { body: { SecretString: given } } : given;
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return {
    client: new SecretsManagerClient({ endpoint: url, region: 'us-east-1', maxAttempts: 1, credentials }),
    requests,
  };
}
