/** What the secrets hold on this machine: who the application is at the providers, local or real, and what the environment says. */
import * as v from 'valibot';
import type { SecretFields } from './aws/stored-secrets.ts';
import type { Environment } from './start-settings.ts';
import type { Deployment } from './template.ts';

const SecretProperties = v.object({
  Name: v.string(),
  SecretString: v.optional(v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()))),
  GenerateSecretString: v.optional(v.object({ GenerateStringKey: v.string() })),
});

/** Fields by purpose. A value goes into the secret whose template has a field of its name. */
export function localSecrets({ resources }: Deployment, values: Environment): SecretFields {
  const secrets = resources.filter(({ type }) => type === 'AWS::SecretsManager::Secret');
  return Object.fromEntries(
    secrets.map(({ properties }) => {
      const { Name, SecretString = {}, GenerateSecretString } = v.parse(SecretProperties, properties);
      const fields = [...Object.keys(SecretString), GenerateSecretString?.GenerateStringKey ?? []].flat();
      const given = fields.flatMap((field) => (values[field] ? [[field, values[field]] as const] : []));
      return [Name.split('/').at(-1) ?? Name, Object.fromEntries(given)];
    }),
  );
}
