/** Deploying templates locally: names, references within and across stacks, and what is refused instead of guessed. */
import { describe, expect, it } from 'vitest';
import { deployTemplates, type DeploymentEnvironment } from '../../lib/local/template.ts';

const environment: DeploymentEnvironment = {
  parameters: {},
  apiEndpoint: 'http://localhost:3000',
  queueUrl: (name) => `http://127.0.0.1:9324/000000000000/${name}`,
};

/** The value as the local cloud sees it in a stack that has these resources. */
function resolved(
  value: unknown,
  resources: object = {},
  given: Partial<DeploymentEnvironment> = {},
  more: object = {},
) {
  const template = { ...more, Resources: { ...resources, Probe: { Type: 'Test::Probe', Properties: { value } } } };
  const { resources: deployed } = deployTemplates([{ stackName: 'app', template }], { ...environment, ...given });
  return deployed.find(({ logicalId }) => logicalId === 'Probe')?.properties['value'];
}

const ref = (id: string) => ({ Ref: id });
const getAtt = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });

describe('deployTemplates()', () => {
  it.each([
    ['a literal', { deep: ['text', 1, true, null] }, { deep: ['text', 1, true, null] }],
    ['Fn::Join', { 'Fn::Join': ['/', ['a', { Ref: 'AWS::Region' }, 3]] }, 'a/us-east-1/3'],
    ['Fn::Split and Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['Fn::Sub', { 'Fn::Sub': 'x-${AWS::StackName}-${!Literal}' }, 'x-app-${Literal}'],
    [
      'Fn::Sub with variables',
      { 'Fn::Sub': ['${Who}@${AWS::URLSuffix}', { Who: ref('AWS::Partition') }] },
      'aws@amazonaws.com',
    ],
    ['AWS::NoValue', { gone: ref('AWS::NoValue'), list: [ref('AWS::NoValue'), 1] }, { list: [1] }],
    ['AWS::AccountId', ref('AWS::AccountId'), '000000000000'],
  ])('resolves %s', (_what, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  it.each([
    [
      'AWS::DynamoDB::Table',
      { TableName: 'users' },
      'users',
      { Arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/users' },
    ],
    ['AWS::DynamoDB::Table', {}, 'app-Thing', { Arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/app-Thing' }],
    [
      'AWS::IAM::Role',
      {},
      'app-Thing',
      { Arn: 'arn:aws:iam::000000000000:role/app-Thing', RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/) },
    ],
    ['AWS::IAM::Role', { RoleName: 'r', Path: '/p/' }, 'r', { Arn: 'arn:aws:iam::000000000000:role/p/r' }],
    ['AWS::Lambda::Function', { FunctionName: 'f' }, 'f', { Arn: 'arn:aws:lambda:us-east-1:000000000000:function:f' }],
    [
      'AWS::Logs::LogGroup',
      { LogGroupName: '/g' },
      '/g',
      { Arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/g:*' },
    ],
    [
      'AWS::Events::EventBus',
      { Name: 'b' },
      'b',
      { Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/b', Name: 'b' },
    ],
    [
      'AWS::SQS::Queue',
      { QueueName: 'q' },
      'http://127.0.0.1:9324/000000000000/q',
      { Arn: 'arn:aws:sqs:us-east-1:000000000000:q', QueueName: 'q' },
    ],
    [
      'AWS::Scheduler::Schedule',
      { Name: 's' },
      's',
      { Arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/s' },
    ],
    [
      'AWS::Scheduler::Schedule',
      { Name: 's', GroupName: 'g' },
      's',
      { Arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/g/s' },
    ],
    ['AWS::SNS::Topic', { TopicName: 't' }, 'arn:aws:sns:us-east-1:000000000000:t', { TopicName: 't' }],
    ['AWS::CloudWatch::Alarm', { AlarmName: 'a' }, 'a', { Arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:a' }],
    ['AWS::ApiGatewayV2::Api', {}, expect.stringMatching(/^[a-z0-9]{10}$/), { ApiEndpoint: 'http://localhost:3000' }],
    ['AWS::ApiGatewayV2::Integration', {}, expect.stringMatching(/^[a-z0-9]{7}$/), {}],
    [
      'AWS::KMS::Key',
      {},
      expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      { Arn: expect.stringMatching(/^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/) },
    ],
    ['AWS::KMS::Alias', { AliasName: 'alias/tokens' }, 'alias/tokens', {}],
    [
      'AWS::SecretsManager::Secret',
      { Name: 'gatehouse/local/workos' },
      expect.stringMatching(
        /^arn:aws:secretsmanager:us-east-1:000000000000:secret:gatehouse\/local\/workos-[A-Za-z]{6}$/,
      ),
      {},
    ],
  ])('gives what CloudFormation gives for %s %j', (Type, Properties, physicalId, attributes) => {
    const resources = { Thing: { Type, Properties } };
    expect(resolved(ref('Thing'), resources)).toEqual(physicalId);
    for (const [name, expected] of Object.entries(attributes)) {
      expect(resolved(getAtt('Thing', name), resources)).toEqual(expected);
    }
  });

  it('lists each resource with its name, its attributes and its properties', () => {
    const template = {
      Resources: { Users: { Type: 'AWS::DynamoDB::Table', Properties: { Tags: [ref('AWS::Region')] } } },
    };
    expect(deployTemplates([{ stackName: 'app', template }], environment).resources).toEqual([
      {
        stack: 'app',
        logicalId: 'Users',
        type: 'AWS::DynamoDB::Table',
        physicalId: 'app-Users',
        attributes: { Arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/app-Users' },
        properties: { Tags: ['us-east-1'] },
      },
    ]);
  });

  it('gives the same names at every deployment and different ones to different resources', () => {
    const keys = { One: { Type: 'AWS::KMS::Key' }, Two: { Type: 'AWS::KMS::Key' } };
    expect(resolved(ref('One'), keys)).toBe(resolved(ref('One'), keys));
    expect(resolved(ref('One'), keys)).not.toBe(resolved(ref('Two'), keys));
  });

  it('names a resource by an intrinsic', () => {
    const resources = {
      Users: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: { 'Fn::Sub': '${AWS::StackName}-u' } } },
    };
    expect(resolved({ 'Fn::Sub': '${Users.Arn}' }, resources)).toBe(
      'arn:aws:dynamodb:us-east-1:000000000000:table/app-u',
    );
  });

  it('imports from another stack, whichever comes first', () => {
    const data = {
      Resources: { Users: { Type: 'AWS::DynamoDB::Table' } },
      Outputs: { Table: { Value: ref('Users'), Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Users' } } } },
    };
    const service = {
      Resources: { Probe: { Type: 'Test::Probe', Properties: { table: { 'Fn::ImportValue': 'data:Users' } } } },
    };
    const stacks = [
      { stackName: 'service', template: service },
      { stackName: 'data', template: data },
    ];
    for (const order of [stacks, stacks.toReversed()]) {
      const { resources, outputs } = deployTemplates(order, environment);
      expect(resources.find(({ logicalId }) => logicalId === 'Probe')?.properties).toEqual({ table: 'data-Users' });
      expect(outputs).toEqual({ Table: 'data-Users' });
    }
  });

  it('takes a parameter from what it is given, else its default', () => {
    const Parameters = { Url: { Type: 'String', Default: 'https://api.example.com' } };
    expect(resolved(ref('Url'), {}, {}, { Parameters })).toBe('https://api.example.com');
    expect(resolved(ref('Url'), {}, { parameters: { Url: 'http://127.0.0.1:1' } }, { Parameters })).toBe(
      'http://127.0.0.1:1',
    );
  });

  it.each([
    [
      { 'Fn::If': ['a', 'b', 'c'] },
      'app.Resources.Probe.Properties.value.Fn::If: this intrinsic function is not known',
    ],
    [{ deep: [{ 'Fn::FindInMap': [] }] }, 'value.deep.0.Fn::FindInMap'],
    [{ 'Fn::Join': ['', ['a']], 'Fn::Sub': 'b' }, 'stands alone'],
    [ref('Nobody'), 'value.Ref: there is no Nobody'],
    [ref('Probe'), 'Test::Probe has no Ref'],
    [getAtt('Users', 'StreamArn'), 'AWS::DynamoDB::Table has no attribute StreamArn'],
    [getAtt('Users', 'constructor'), 'AWS::DynamoDB::Table has no attribute constructor'],
    [ref('constructor'), 'there is no constructor'],
    [getAtt('Nobody', 'Arn'), 'there is no Nobody'],
    [{ 'Fn::Sub': '${Users.Nope}' }, 'AWS::DynamoDB::Table has no attribute Nope'],
    [{ 'Fn::ImportValue': 'elsewhere' }, 'no stack exports elsewhere'],
    [{ 'Fn::Select': ['5', ['a']] }, 'there is no item 5'],
    [{ 'Fn::Join': ['', [{ a: 1 }]] }, 'a text is expected here, not {"a":1}'],
    [{ 'Fn::Join': ['', ['{{resolve:', 'secretsmanager:x}}']] }, 'dynamic references are not known'],
    [ref('List'), 'parameter List has the type CommaDelimitedList'],
    [ref('Empty'), 'parameter Empty has neither a value nor a default'],
  ])('refuses %j, saying where and why', (value, message) => {
    const Parameters = { List: { Type: 'CommaDelimitedList', Default: 'a,b' }, Empty: { Type: 'String' } };
    const resources = { Users: { Type: 'AWS::DynamoDB::Table' } };
    expect(() => resolved(value, resources, {}, { Parameters })).toThrow(message);
  });

  it.each([
    [{ Resources: {}, Transform: 'AWS::Serverless' }, 'app.Transform: is not known'],
    [{ Resources: { A: { Type: 'T', Condition: 'IsProd' } } }, 'app.Resources.A.Condition: is not known'],
    [{ Resources: {}, Outputs: { O: { Value: 'v', Condition: 'IsProd' } } }, 'app.Outputs.O.Condition: is not known'],
    [{ Resources: { Q: { Type: 'AWS::SQS::Queue' } } }, 'nobody said where queues are'],
    ['no template', 'app.template'],
  ])('refuses the template %j', (template, message) => {
    const { queueUrl: _, ...withoutQueues } = environment;
    expect(() => deployTemplates([{ stackName: 'app', template }], withoutQueues)).toThrow(message);
  });

  it('refuses a parameter that no template has', () => {
    expect(() => resolved('x', {}, { parameters: { Tpyo: '1' } })).toThrow('No template has the parameter Tpyo');
  });

  it('refuses two exports or two outputs of one name', () => {
    const exporting = { Resources: {}, Outputs: { One: { Value: 'v', Export: { Name: 'same' } } } };
    const other = { Resources: {}, Outputs: { Two: { Value: 'v', Export: { Name: 'same' } } } };
    const stacks = (a: object, b: object) => [
      { stackName: 'a', template: a },
      { stackName: 'b', template: b },
    ];
    expect(() => deployTemplates(stacks(exporting, other), environment)).toThrow('same is exported twice');
    const plain = { Resources: {}, Outputs: { One: { Value: 'v' } } };
    expect(() => deployTemplates(stacks(plain, plain), environment)).toThrow(
      'another stack has an output of that name',
    );
  });
});
