/** What a deployed resource is called and what `Ref` and `Fn::GetAtt` give for it, by resource type. */
import { createHash } from 'node:crypto';

export interface Identity {
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ResourceToName {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly environment: {
    readonly region: string;
    readonly accountId: string;
    readonly apiEndpoint: string;
    readonly queueUrl?: (name: string) => string;
  };
}

interface Named extends ResourceToName {
  readonly name: string;
  /** A property of the resource as text, intrinsics resolved; `undefined` when it has none. */
  readonly property: (name: string) => string | undefined;
  /** Characters that are the same at every deployment of this resource and different for every other one. */
  readonly ownCharacters: (alphabet: string, length: number) => string;
  /** `arn:aws:<service>:<region>:<account>:<rest>` */
  readonly arn: (service: string, rest: string) => string;
}

interface ResourceType {
  /** The property with the name that the template chose. */
  readonly nameProperty?: string;
  readonly identify: (resource: Named) => Identity;
}

const hex = '0123456789abcdef';
const lowerCase = 'abcdefghijklmnopqrstuvwxyz0123456789';
const upperCase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const mixedCase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::ApiGatewayV2::Api': {
    identify: ({ ownCharacters, environment: { apiEndpoint } }) => {
      const id = ownCharacters(lowerCase, 10);
      return { physicalId: id, attributes: { ApiId: id, ApiEndpoint: apiEndpoint } };
    },
  },
  'AWS::ApiGatewayV2::Authorizer': { identify: apiPart('AuthorizerId') },
  'AWS::ApiGatewayV2::Integration': { identify: apiPart('IntegrationId') },
  'AWS::ApiGatewayV2::Route': { identify: apiPart('RouteId') },
  'AWS::ApiGatewayV2::Stage': {
    nameProperty: 'StageName',
    identify: ({ name }) => ({ physicalId: name, attributes: {} }),
  },
  'AWS::CloudWatch::Alarm': { nameProperty: 'AlarmName', identify: named('cloudwatch', 'alarm:') },
  'AWS::DynamoDB::Table': { nameProperty: 'TableName', identify: named('dynamodb', 'table/') },
  'AWS::Events::EventBus': {
    nameProperty: 'Name',
    identify: ({ name, arn }) => ({
      physicalId: name,
      attributes: { Arn: arn('events', `event-bus/${name}`), Name: name },
    }),
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    identify: ({ name, property, arn }) => {
      const bus = property('EventBusName')?.split('/').at(-1);
      const isOnDefault = bus === undefined || bus === 'default';
      return {
        physicalId: isOnDefault ? name : `${bus}|${name}`,
        attributes: { Arn: arn('events', isOnDefault ? `rule/${name}` : `rule/${bus}/${name}`) },
      };
    },
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    identify: ({ name, property, ownCharacters, environment: { accountId } }) => ({
      physicalId: name,
      attributes: {
        Arn: `arn:aws:iam::${accountId}:role${property('Path') ?? '/'}${name}`,
        RoleId: `AROA${ownCharacters(upperCase, 17)}`,
      },
    }),
  },
  'AWS::KMS::Alias': { nameProperty: 'AliasName', identify: ({ name }) => ({ physicalId: name, attributes: {} }) },
  'AWS::KMS::Key': {
    identify: ({ ownCharacters, arn }) => {
      const id = uuid(ownCharacters(hex, 32));
      return { physicalId: id, attributes: { Arn: arn('kms', `key/${id}`), KeyId: id } };
    },
  },
  'AWS::Lambda::EventSourceMapping': {
    identify: ({ ownCharacters }) => {
      const id = uuid(ownCharacters(hex, 32));
      return { physicalId: id, attributes: { Id: id } };
    },
  },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', identify: named('lambda', 'function:') },
  'AWS::Lambda::Version': {
    identify: ({ property, arn }) => {
      const versionArn = arn('lambda', `function:${property('FunctionName') ?? ''}:1`);
      return { physicalId: versionArn, attributes: { FunctionArn: versionArn, Version: '1' } };
    },
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    identify: ({ name, arn }) => ({ physicalId: name, attributes: { Arn: arn('logs', `log-group:${name}:*`) } }),
  },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    identify: ({ name, property, arn }) => ({
      physicalId: name,
      attributes: { Arn: arn('scheduler', `schedule/${property('GroupName') ?? 'default'}/${name}`) },
    }),
  },
  'AWS::Scheduler::ScheduleGroup': { nameProperty: 'Name', identify: named('scheduler', 'schedule-group/') },
  'AWS::SecretsManager::Secret': {
    nameProperty: 'Name',
    identify: ({ name, ownCharacters, arn }) => {
      const secretArn = arn('secretsmanager', `secret:${name}-${ownCharacters(mixedCase, 6)}`);
      return { physicalId: secretArn, attributes: { Id: secretArn } };
    },
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    identify: ({ name, arn }) => {
      const topicArn = arn('sns', name);
      return { physicalId: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
    },
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    identify: ({ name, arn, logicalId, environment: { queueUrl } }) => {
      if (queueUrl === undefined) throw new Error(`${logicalId} is a queue, and nobody said where queues are`);
      const url = queueUrl(name);
      return { physicalId: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } };
    },
  },
};

/** Whether `Ref` is known to give a resource's physical id. */
export function hasRef(type: string): boolean {
  return Object.hasOwn(resourceTypes, type);
}

/**
 * A type that is not listed has a name, for lists, and nothing else to give.
 * @param property the resource's own properties as text, intrinsics resolved
 */
export function identify(resource: ResourceToName, property: (name: string) => string | undefined): Identity {
  const { stack, logicalId, environment } = resource;
  const type = hasRef(resource.type) ? resourceTypes[resource.type] : undefined;
  const name = (type?.nameProperty && property(type.nameProperty)) ?? `${stack}-${logicalId}`;
  if (type === undefined) return { physicalId: name, attributes: {} };
  return type.identify({
    ...resource,
    name,
    property,
    ownCharacters: (alphabet, length) => charactersFor(`${stack}/${logicalId}`, alphabet, length),
    arn: (service, rest) => `arn:aws:${service}:${environment.region}:${environment.accountId}:${rest}`,
  });
}

/** `Ref` gives the name, and the ARN is that name behind a prefix. */
function named(service: string, prefix: string): ResourceType['identify'] {
  return ({ name, arn }) => ({ physicalId: name, attributes: { Arn: arn(service, prefix + name) } });
}

function apiPart(idAttribute: string): ResourceType['identify'] {
  return ({ ownCharacters }) => {
    const id = ownCharacters(lowerCase, 7);
    return { physicalId: id, attributes: { [idAttribute]: id } };
  };
}

function charactersFor(seed: string, alphabet: string, length: number): string {
  const digest = createHash('sha256').update(seed).digest().subarray(0, length);
  return Array.from(digest, (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

function uuid(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
