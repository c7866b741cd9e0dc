import { describe, expect, test } from 'vitest';
import { exposuresOf } from '../../lib/change/exposure/classify.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { Operation, Step } from '../../lib/model/plan.ts';

function step(type: string, operation: Operation, desired: JsonObject, previous: JsonObject = {}): Step {
  return {
    ...{ id: `${operation}:It`, resource: 'It', type, operation, dependsOn: [], relationships: [] },
    ...{ deletionPolicy: 'Delete', updateReplacePolicy: 'Delete', holdsData: false, desired, previous },
    inverse: { operation: 'none' },
  };
}
const account = '111111111111';
const levels = (...steps: Step[]) =>
  exposuresOf({ steps, account }).map(({ kind, level }) => `${level} ${kind}`);
const ingress = (...cidrs: string[]) => ({
  SecurityGroupIngress: cidrs.map((CidrIp) => ({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp })),
});
const document = (statement: JsonObject) => ({ PolicyDocument: { Statement: [statement] } });
const trust = (principal: JsonObject) => ({
  AssumeRolePolicyDocument: {
    Statement: { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' },
  },
});
const group = 'AWS::EC2::SecurityGroup';

describe('classifies as high', () => {
  test.each<[string, string, JsonObject, string]>([
    ['the world in halves', group, ingress('0.0.0.0/1', '128.0.0.0/1'), 'high network'],
    ['the world', group, ingress('0.0.0.0/0'), 'high network'],
    ['the world in IPv6', group, { SecurityGroupIngress: [{ CidrIpv6: '::/0' }] }, 'high network'],
    [
      'every action but some',
      'AWS::IAM::ManagedPolicy',
      document({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }),
      'high rights',
    ],
    [
      'every action',
      'AWS::IAM::RolePolicy',
      document({ Effect: 'Allow', Action: '*', Resource: '*' }),
      'high rights',
    ],
    [
      'escalation, spelled with a wildcard for one letter',
      'AWS::IAM::RolePolicy',
      document({ Effect: 'Allow', Action: 'iam:?assRole', Resource: '*' }),
      'high rights',
    ],
    ['a foreign account', 'AWS::IAM::Role', trust({ AWS: 'arn:aws:iam::222222222222:root' }), 'high trust'],
    ['a foreign account by its number', 'AWS::IAM::Role', trust({ AWS: ['222222222222'] }), 'high trust'],
    ['everybody', 'AWS::IAM::Role', trust({ AWS: '*' }), 'high trust'],
    ['a function that anyone can call', 'AWS::Lambda::Url', { AuthType: 'NONE' }, 'high trust'],
    ['a database on the internet', 'AWS::RDS::DBInstance', { PubliclyAccessible: true }, 'high network'],
    [
      'a queue for everyone',
      'AWS::SQS::QueuePolicy',
      document({ Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: '*' }),
      'high trust',
    ],
  ])('%s', (_name, type, desired, wanted) => {
    expect(levels(step(type, 'create', desired))).toContain(wanted);
  });

  test('the world, divided among steps', () => {
    const rules = ['0.0.0.0/9', '64.0.0.0/9'].map((one) =>
      step(`${group}Ingress`, 'create', { CidrIp: one }),
    );
    expect(levels(...rules)).toContain('high network');
    expect(levels(...rules.slice(0, 1))).not.toContain('high network');
  });
});

describe('never classifies as low', () => {
  test.each<[string, Step]>([
    ['private network access', step(group, 'create', ingress('10.0.0.0/8'))],
    ['a deletion of permissions', step('AWS::IAM::RolePolicy', 'delete', {}, document({ Effect: 'Deny' }))],
    ['a removed property', step('AWS::SNS::Topic', 'update', {}, { KmsMasterKeyId: 'k' })],
    ['a state machine', step('AWS::StepFunctions::StateMachine', 'create', {})],
    ['an unknown type', step('AWS::Unheard::Of', 'create', {})],
    [
      'messages to an address',
      step('AWS::SNS::Subscription', 'create', {
        Protocol: 'https',
        Endpoint: 'https://collect.example.com/',
      }),
    ],
    ['messages by email', step('AWS::SNS::Subscription', 'create', { Endpoint: 'eve@example.com' })],
    ['messages to a phone', step('AWS::SNS::Subscription', 'create', { Endpoint: '+4915112345678' })],
    [
      'messages to the queue of another account',
      step('AWS::SNS::Subscription', 'create', { Endpoint: 'arn:aws:sqs:eu-west-1:222222222222:q' }),
    ],
    [
      'a dead-letter queue of another account',
      step('AWS::SQS::Queue', 'create', {
        RedrivePolicy: { deadLetterTargetArn: 'arn:aws-cn:sqs:cn-north-1:222222222222:q' },
      }),
    ],
    [
      'an inventory in a bucket named outright',
      step('AWS::S3::Bucket', 'create', {
        InventoryConfigurations: [{ Destination: { BucketArn: 'arn:aws:s3:::anybodys' } }],
      }),
    ],
    [
      'a queue of another account by its URL',
      step('AWS::SSM::Parameter', 'create', { Value: 'https://sqs.eu-west-1.amazonaws.com/222222222222/q' }),
    ],
    ['a secret in any property', step('AWS::SNS::Topic', 'create', { DisplayName: '{{resolve:ssm:x}}' })],
  ])('%s', (_name, one) => {
    expect(levels(one).length).toBeGreaterThan(0);
  });
});

test('reads a list of statements', () => {
  const steps = [
    step('AWS::IAM::ManagedPolicy', 'create', document({ Effect: 'Allow', Action: 'sqs:SendMessage' })),
  ];
  expect(exposuresOf({ steps, account }).map(({ kind }) => kind)).toEqual(['rights']);
});

describe('finds no exposure in', () => {
  test.each<[string, Step]>([
    ['a queue', step('AWS::SQS::Queue', 'create', { QueueName: 'q', VisibilityTimeout: 30 })],
    ['a topic', step('AWS::SNS::Topic', 'create', { TopicName: 't', DisplayName: 'T' })],
    [
      'a subscription of a queue of the account',
      step('AWS::SNS::Subscription', 'create', {
        Protocol: 'sqs',
        Endpoint: `arn:aws:sqs:eu-west-1:${account}:q`,
        TopicArn: { Ref: 'Topic' },
      }),
    ],
    [
      'another timeout of an encrypted queue',
      step(
        'AWS::SQS::Queue',
        'update',
        { KmsMasterKeyId: 'k', DelaySeconds: 2 },
        { KmsMasterKeyId: 'k', DelaySeconds: 1 },
      ),
    ],
    ['another tag of a role', step('AWS::IAM::Role', 'update', { Tags: [{ Key: 'a', Value: 'b' }] }, {})],
  ])('%s', (_name, one) => {
    expect(levels(one)).toEqual([]);
  });
});
