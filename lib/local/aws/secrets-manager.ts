/** Secrets Manager: `GetSecretValue`, `PutSecretValue` and `DescribeSecret` on the templates' secrets. */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Deployment } from '../template.ts';
import { AwsError, type AwsService, type Permission } from './aws-service.ts';
import { createJsonService, jsonOperation } from './json-service.ts';
import {
  createSecrets,
  putVersion,
  type SecretFields,
  type SecretVersion,
  type StoredSecret,
} from './stored-secrets.ts';

const getInput = v.object({
  SecretId: v.string(),
  VersionId: v.optional(v.string()),
  VersionStage: v.optional(v.string()),
});

const putInput = v.object({
  SecretId: v.string(),
  SecretString: v.string(),
  ClientRequestToken: v.optional(v.string()),
  VersionStages: v.optional(v.array(v.string()), ['AWSCURRENT']),
});

export interface SecretsManagerOptions {
  readonly deployment: Deployment;
  /** Merged over what the templates say. */
  readonly fields: SecretFields;
  readonly now: () => Date;
}

/** @throws Error see `createSecrets()` */
export function createSecretsManager({ deployment, fields, now }: SecretsManagerOptions): AwsService {
  const secrets = createSecrets(deployment, fields, now());
  const namespace = `arn:aws:secretsmanager:${deployment.region}:${deployment.accountId}:secret:`;

  /** By name, by ARN, or by ARN without its suffix. */
  const look = (id: string) =>
    secrets.find(({ name, arn }) => id === name || id === arn || id === `${namespace}${name}`);
  const find = (id: string): StoredSecret => {
    const secret = look(id);
    if (secret === undefined) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return secret;
  };
  const permission = (operation: string, id: string, context = {}): readonly Permission[] => [
    {
      action: `secretsmanager:${operation}`,
      resource: look(id)?.arn ?? (id.startsWith('arn:') ? id : `${namespace}${id}`),
      context: { 'secretsmanager:SecretId': look(id)?.arn ?? id, ...context },
    },
  ];

  return createJsonService('secretsmanager', 'secretsmanager', {
    GetSecretValue: jsonOperation(getInput, ({ SecretId, VersionId, VersionStage }) => ({
      permissions: permission('GetSecretValue', SecretId, {
        ...(VersionId === undefined && { 'secretsmanager:VersionStage': VersionStage ?? 'AWSCURRENT' }),
      }),
      run: () => {
        const secret = find(SecretId);
        const version = findVersion(secret, VersionId, VersionStage);
        return {
          ARN: secret.arn,
          Name: secret.name,
          VersionId: version.id,
          SecretString: version.text,
          VersionStages: [...version.stages],
          CreatedDate: seconds(version.createdAt),
        };
      },
    })),
    PutSecretValue: jsonOperation(putInput, ({ SecretId, SecretString, ClientRequestToken, VersionStages }) => ({
      permissions: permission('PutSecretValue', SecretId),
      run: () => {
        const secret = find(SecretId);
        const version = putVersion(secret, {
          id: ClientRequestToken ?? randomUUID(),
          text: SecretString,
          stages: VersionStages,
          now: now(),
        });
        return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
      },
    })),
    DescribeSecret: jsonOperation(v.object({ SecretId: v.string() }), ({ SecretId }) => ({
      permissions: permission('DescribeSecret', SecretId),
      run: () => {
        const { arn, name, versions } = find(SecretId);
        return {
          ARN: arn,
          Name: name,
          VersionIdsToStages: Object.fromEntries(
            versions.filter(({ stages }) => stages.size > 0).map(({ id, stages }) => [id, [...stages]]),
          ),
        };
      },
    })),
  });
}

function findVersion({ versions }: StoredSecret, id: string | undefined, stage: string | undefined): SecretVersion {
  const wanted = stage ?? (id === undefined ? 'AWSCURRENT' : undefined);
  const found = versions.find(
    (version) => (id === undefined || version.id === id) && (wanted === undefined || version.stages.has(wanted)),
  );
  if (found === undefined) {
    const what = id === undefined ? `staging label: ${wanted}` : `VersionId: ${id}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${what}`,
    );
  }
  return found;
}

function seconds(date: Date): number {
  return date.getTime() / 1000;
}
