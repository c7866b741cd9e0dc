import { describe, expect, test } from 'vitest';
import { rolesOf } from '../../lib/local/bring-up/roles.ts';
import { type AuthorizationQuery, evaluate } from '../../lib/local/iam/evaluate.ts';
import { type Identity, sessionIdentity } from '../../lib/local/iam/identity.ts';
import { administratorAccess } from '../../lib/local/iam/policy-document.ts';
import { loadAssembly } from '../../lib/local/template/assembly.ts';
import { Stack, type StackResource } from '../../lib/local/template/stack.ts';
import { assembly } from './synthesized.ts';

const place = { account: '111111111111', region: 'eu-central-1', endpoint: 'http://localhost' };
const stack = new Stack(loadAssembly(assembly), place);
const roles = [...rolesOf(stack).values()];
const arn = (service: string, rest: string) => `arn:aws:${service}:${place.region}:${place.account}:${rest}`;

/** The roles that apply requests, and the most powerful role or user that a request can create. */
const provisioned: [string, Identity][] = [
  ...roles
    .filter(({ name }) => name.startsWith('baton-provisioning-'))
    .map((role): [string, Identity] => [role.name, sessionIdentity(role, 'CloudControl')]),
  [
    'a role under the boundary',
    sessionIdentity(
      {
        arn: `arn:aws:iam::${place.account}:role/made-by-a-request`,
        policies: [administratorAccess],
        permissionsBoundary: boundary(),
      },
      'session',
    ),
  ],
];

function boundary() {
  const carrier = rolesOf(
    new Stack(
      withRole({ PermissionsBoundary: { Ref: idOf('AWS::IAM::ManagedPolicy', 'baton-boundary') } }),
      place,
    ),
  );
  return carrier.get(`arn:aws:iam::${place.account}:role/carrier`)?.permissionsBoundary;
}

function withRole(properties: object) {
  const loaded = loadAssembly(assembly);
  const trust = { Statement: [] };
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'carrier', AssumeRolePolicyDocument: trust, ...properties },
  };
  const Resources = { ...(loaded.template.Resources as object), Carrier: role };
  return { ...loaded, template: { ...loaded.template, Resources } } as typeof loaded;
}

function idOf(type: string, name: string): string {
  return stack.ofType(type).find((resource) => resource.name === name)?.logicalId ?? '';
}

function denied(caller: Identity, action: string, resource: string, context?: AuthorizationQuery['context']) {
  const decision = evaluate({ caller, action, resource, context });
  return !decision.allowed && decision.reason.includes('explicit deny');
}

const itself = (resource: StackResource) => [resource.arn ?? ''];
const named = (type: string, property: string) => (resource: StackResource) =>
  [resource.properties[property] ?? []]
    .flat()
    .map(
      (name) => stack.ofType(type).find((other) => [other.name, other.arn].includes(String(name)))?.arn ?? '',
    );

/** For each resource type, an action that changes it and the ARNs it applies to. */
const changing: Record<string, [action: string, arns: (resource: StackResource) => string[]]> = {
  'AWS::CloudFormation::Stack': ['cloudformation:DeleteStack', itself],
  'AWS::CloudWatch::Alarm': ['cloudwatch:DeleteAlarms', itself],
  'AWS::CloudWatch::Dashboard': ['cloudwatch:PutDashboard', itself],
  'AWS::DynamoDB::Table': ['dynamodb:DeleteTable', itself],
  'AWS::Events::EventBus': ['events:DeleteEventBus', itself],
  'AWS::Events::EventBusPolicy': ['events:PutPermission', named('AWS::Events::EventBus', 'EventBusName')],
  'AWS::Events::Rule': ['events:PutTargets', itself],
  'AWS::IAM::ManagedPolicy': ['iam:CreatePolicyVersion', itself],
  'AWS::IAM::Policy': ['iam:PutRolePolicy', named('AWS::IAM::Role', 'Roles')],
  'AWS::IAM::Role': ['iam:UpdateAssumeRolePolicy', itself],
  'AWS::KMS::Alias': ['kms:UpdateAlias', ({ name }) => [arn('kms', name)]],
  'AWS::KMS::Key': ['kms:PutKeyPolicy', itself],
  'AWS::Lambda::EventInvokeConfig': [
    'lambda:PutFunctionEventInvokeConfig',
    named('AWS::Lambda::Function', 'FunctionName'),
  ],
  'AWS::Lambda::Function': ['lambda:UpdateFunctionCode', itself],
  'AWS::Lambda::Permission': ['lambda:AddPermission', named('AWS::Lambda::Function', 'FunctionName')],
  'AWS::Lambda::Url': ['lambda:UpdateFunctionUrlConfig', named('AWS::Lambda::Function', 'TargetFunctionArn')],
  'AWS::Logs::LogGroup': ['logs:DeleteLogGroup', itself],
  'AWS::S3::Bucket': ['s3:DeleteObject', ({ arn }) => [`${arn}/any/object`]],
  'AWS::S3::BucketPolicy': ['s3:PutBucketPolicy', named('AWS::S3::Bucket', 'Bucket')],
  'AWS::SQS::Queue': ['sqs:DeleteQueue', itself],
  'AWS::SQS::QueuePolicy': [
    'sqs:SetQueueAttributes',
    ({ properties }) =>
      [properties.Queues ?? []].flat().map((url) => arn('sqs', String(url).split('/').at(-1) ?? '')),
  ],
  'AWS::SSM::Parameter': ['ssm:PutParameter', ({ name }) => [arn('ssm', `parameter${name}`)]],
  'AWS::StepFunctions::StateMachine': ['states:UpdateStateMachine', itself],
};

test('the actions that change each type in the stack are known', () => {
  const types = new Set(stack.resources.map(({ type }) => type));
  expect(Object.keys(changing).sort()).toEqual([...types].sort());
});

test("managed policies stay within IAM's 6,144 characters, with their ARNs resolved", () => {
  for (const { name, properties } of stack.ofType('AWS::IAM::ManagedPolicy'))
    expect([name, JSON.stringify(properties.PolicyDocument).length <= 6_144]).toEqual([name, true]);
});

for (const [who, caller] of provisioned)
  describe(`${who} is denied`, () => {
    test('any change to the stack', () => {
      const open = stack.resources.flatMap((resource) => {
        const [action = '', arnsOf = itself] = changing[resource.type] ?? [];
        const arns = arnsOf(resource);
        return arns.length > 0 && arns.every((one) => one !== '' && denied(caller, action, one))
          ? []
          : [`${action} ${arns} (${resource.logicalId})`];
      });
      expect(open).toEqual([]);
    });

    for (const action of [
      'iam:PassRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:UpdateRole',
      'iam:AttachRolePolicy',
      'iam:DetachRolePolicy',
      'iam:PutRolePolicy',
      'iam:DeleteRolePolicy',
      'iam:DeleteRole',
      'sts:AssumeRole',
    ])
      test(`${action} on every role of the stack`, () => {
        expect(roles.filter((role) => !denied(caller, action, role.arn)).map(({ name }) => name)).toEqual([]);
      });

    const bus = arn('events', 'event-bus/baton');
    for (const action of ['events:DeleteEventBus', 'events:PutPermission', 'events:RemovePermission'])
      test(`${action} on the bus`, () => expect(denied(caller, action, bus)).toBe(true));

    test('not the sending of events on the bus', () => {
      expect(denied(caller, 'events:PutEvents', bus)).toBe(false);
    });

    test("feeding Baton's functions from a queue or stream, but not other functions", () => {
      const mapping = arn('lambda', 'event-source-mapping:x');
      const feeds = (name: string) =>
        denied(caller, 'lambda:CreateEventSourceMapping', mapping, {
          'lambda:FunctionArn': arn('lambda', `function:${name}`),
        });
      expect([feeds('baton-perform'), feeds('shop')]).toEqual([true, false]);
    });

    test('nothing outside the stack', () => {
      expect(denied(caller, 'sqs:DeleteQueue', arn('sqs', 'orders'))).toBe(false);
      expect(denied(caller, 'iam:PassRole', `arn:aws:iam::${place.account}:role/baton/dev/shop`)).toBe(false);
    });
  });
