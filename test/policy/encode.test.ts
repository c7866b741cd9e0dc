import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { engineOf, policy, request, resource } from './support.ts';

/** Tells whether the condition holds for the resource, through the complete engine. */
function holds(condition: string, type: string, properties: JsonObject, of = type): boolean {
  const engine = engineOf(policy(condition, { type: of }));
  const verdicts = engine.judge(request, [resource(type, properties)], 'call');
  for (const { message } of verdicts.violations) expect(message).toBe('not so');
  return verdicts.violations.length > 0;
}

const alarm = 'AWS::CloudWatch::Alarm';
const db = 'AWS::RDS::DBInstance';
const fn = 'AWS::Lambda::Function';

/** What is encoded, the property, its value, the type, and the condition that must hold. */
const encodings: [string, string, JsonValue, string, string][] = [
  [
    'a whole number where a fraction may stand',
    'Threshold',
    1,
    alarm,
    'resource.Threshold == decimal("1.0")',
  ],
  ['a fraction', 'Threshold', 0.25, alarm, 'resource.Threshold == decimal("0.25")'],
  ['a fraction as text', 'Threshold', '0.25', alarm, 'resource.Threshold == decimal("0.25")'],
  ['a negative fraction', 'Threshold', -0.5, alarm, 'resource.Threshold.lessThan(decimal("0.0"))'],
  ['a number as text', 'EvaluationPeriods', '8', alarm, 'resource.EvaluationPeriods == 8'],
  ['a number for a text property', 'AllocatedStorage', 20, db, 'resource.AllocatedStorage == "20"'],
  ['a boolean as text', 'MultiAZ', 'True', db, 'resource.MultiAZ'],
  ['a boolean for a text property', 'Engine', true, db, 'resource.Engine == "true"'],
  ['a list as a set', 'Architectures', ['arm64', 'arm64'], fn, 'resource.Architectures == ["arm64"]'],
  ['an empty list', 'Architectures', [], fn, 'resource.Architectures.isEmpty()'],
  [
    'one value where a list belongs',
    'Architectures',
    'arm64',
    fn,
    'resource.Architectures.contains("arm64")',
  ],
  ['nulls in a list', 'Architectures', [null, 'arm64'], fn, 'resource.Architectures == ["arm64"]'],
  [
    'name and value pairs',
    'Dimensions',
    [{ Name: 'a', Value: 'b' }],
    alarm,
    'resource.Dimensions.hasTag("a") && resource.Dimensions.getTag("a") == "b"',
  ],
];

describe('Cedar sees', () => {
  test.each(encodings)('%s', (_what, name, value, type, condition) => {
    expect(holds(`resource has ${name} && ${condition}`, type, { [name]: value })).toBe(true);
  });

  test.each([null, { Ref: 'AWS::NoValue' }])('nothing for the value %j', (value) => {
    expect(holds('!(resource has Engine)', db, { Engine: value })).toBe(true);
  });

  test('JSON as canonical text, with any keys', () => {
    const document = { b: { __entity: { type: 'A', id: 'b' } }, a: { __extn: { fn: 'unknown', arg: 'x' } } };
    const condition = 'resource has Definition && resource.Definition like "{\\"a\\":*\\"__entity\\"*"';
    expect(holds(condition, 'AWS::StepFunctions::StateMachine', { Definition: document })).toBe(true);
  });

  test('maps, with keys of any form', () => {
    const condition =
      'resource has Environment.Variables && resource.Environment.Variables.getTag("__entity") == "1"';
    const guarded = condition.replace('&&', '&& resource.Environment.Variables.hasTag("__entity") &&');
    expect(holds(guarded, fn, { Environment: { Variables: { __entity: 1 } } })).toBe(true);
  });

  test.each([
    ['a list of pairs', 'AWS::S3::Bucket', [{ Key: 'owner', Value: 'payments' }]],
    ['a map', 'AWS::SSM::Parameter', { owner: 'payments' }],
  ])('tags stored as %s', (_form, type, tags) => {
    const condition = 'resource.hasTag("owner") && resource.getTag("owner") == "payments"';
    expect(holds(condition, type, { Tags: tags })).toBe(true);
  });

  test('each element of a list as a separate entity', () => {
    const rules = [{ IpProtocol: 'tcp' }, { IpProtocol: 'udp' }];
    const engine = engineOf(policy('resource has IpProtocol', { type: 'AWS::EC2::SecurityGroup::Ingress' }));
    const group = resource('AWS::EC2::SecurityGroup', { SecurityGroupIngress: rules });
    expect(engine.judge(request, [group], 'call').violations.map(({ path }) => path)).toEqual([
      'Properties.SecurityGroupIngress.0.IpProtocol',
      'Properties.SecurityGroupIngress.1.IpProtocol',
    ]);
  });

  test('pairs of a nested type as entities too', () => {
    const type = 'AWS::CloudWatch::Alarm::Dimension';
    const properties = { Dimensions: [{ Name: 'a', Value: 'b' }] };
    expect(holds('resource has Name && resource.Name == "a"', alarm, properties, type)).toBe(true);
  });

  test('a type whose last name is Action', () => {
    const type = 'AWS::ElasticLoadBalancingV2::Listener';
    const properties = { DefaultActions: [{ Type: 'forward' }] };
    expect(
      holds('resource has Type && resource.Type == "forward"', type, properties, `${type}::ActionType`),
    ).toBe(true);
  });
});

const statement = {
  Effect: 'Allow',
  Action: 's3:GetObject',
  NotResource: ['a', 'b'],
  Principal: { AWS: ['x', 'y'], Service: 'z' },
  Condition: { Bool: { 'aws:SecureTransport': false }, StringLike: { 'aws:x': ['1', '2'] } },
};

test.each([
  'resource.Document == "PolicyDocument"',
  'resource.Effect == "Allow"',
  'resource.Actions == ["s3:GetObject"]',
  'resource.NotActions.isEmpty()',
  'resource.NotResources.containsAll(["a", "b"])',
  'resource.Principals == ["AWS:x", "AWS:y", "Service:z"]',
  'resource.Conditions.contains("Bool aws:securetransport=false")',
  'resource.Conditions.contains("StringLike aws:x=2")',
])('a statement of a policy document has %s', (condition) => {
  const documents: JsonValue[] = [
    { Statement: [statement] },
    { Statement: statement },
    JSON.stringify({ Statement: statement }),
  ];
  for (const PolicyDocument of documents) {
    expect(holds(condition, 'AWS::IAM::Policy', { PolicyDocument }, 'AWS::IAM::Policy::IamStatement')).toBe(
      true,
    );
  }
});

test('also evaluates the statements of a document that is not in the spec', () => {
  const properties = { PolicyDocument: { Statement: statement } };
  expect(
    holds('resource.Effect == "Allow"', 'AWS::IAM::Role', properties, 'AWS::IAM::Role::IamStatement'),
  ).toBe(true);
});
