/** The KMS key that wraps the keys in the Keys table: each function may unwrap those of its own purposes. */
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import type { Grant } from './grant.ts';

/** What a wrapped key is for; KMS's encryption context says it as `purpose`. */
export type KeyPurpose = 'native-refresh' | 'signing' | `module-tokens:${string}`;

export class EnvelopeKey extends Key {
  constructor(scope: Construct, id: string, { settings }: { settings: StageSettings }) {
    super(scope, id, {
      alias: `gatehouse-${settings.stage}`,
      description: `Gatehouse ${settings.stage}: wraps signing keys and data keys`,
      enableKeyRotation: true,
      removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Making keys of these purposes: data keys that only KMS has seen, and private keys that are handed to it. */
  wrap(...purposes: readonly KeyPurpose[]): Grant {
    return this.#grant(['kms:Encrypt', 'kms:GenerateDataKeyWithoutPlaintext'], purposes);
  }

  /** Using keys of these purposes. */
  unwrap(...purposes: readonly KeyPurpose[]): Grant {
    return this.#grant(['kms:Decrypt'], purposes);
  }

  #grant(actions: readonly string[], purposes: readonly KeyPurpose[]): Grant {
    return {
      value: this.keyArn,
      // None, where a stage switches every module off: a condition without values would be refused at deployment.
      statements:
        purposes.length === 0
          ? []
          : [
              new PolicyStatement({
                actions: [...actions],
                resources: [this.keyArn],
                conditions: { StringEquals: { 'kms:EncryptionContext:purpose': [...purposes] } },
              }),
            ],
    };
  }
}
