/** The bus on which Gatehouse tells what happened: sign-ins, sign-outs, connected modules. */
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import type { Grant } from './grant.ts';

export class DomainEventBus extends EventBus {
  constructor(scope: Construct, id: string, { settings }: { settings: StageSettings }) {
    super(scope, id, { eventBusName: `gatehouse-${settings.stage}`, description: 'What happened in Gatehouse' });
    this.applyRemovalPolicy(settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
  }

  publish(): Grant {
    return {
      value: this.eventBusName,
      statements: [new PolicyStatement({ actions: ['events:PutEvents'], resources: [this.eventBusArn] })],
    };
  }
}
