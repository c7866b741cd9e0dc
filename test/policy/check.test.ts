import { describe, expect, test } from 'vitest';
import { policy, problemsOf } from './support.ts';

const head = '@id("R") @severity("low") @message("m")';
const ingress = { type: 'AWS::EC2::SecurityGroup::Ingress' };

/** The problem, the policy, the code of the problem, and what its message must contain. */
const refused: [string, string, string, string][] = [
  ['a syntax error', 'forbid (principal, action', 'Syntax', 'unexpected'],
  ['no policy at all', '// nothing yet', 'NoPolicy', 'no policy'],
  [
    'no id',
    '@severity("low") @message("m") forbid (principal, action, resource);',
    'MissingAnnotation',
    '@id',
  ],
  [
    'no severity',
    '@id("R") @message("m") forbid (principal, action, resource);',
    'MissingAnnotation',
    '@severity',
  ],
  [
    'no message',
    '@id("R") @severity("low") forbid (principal, action, resource);',
    'MissingAnnotation',
    '@message',
  ],
  ['an unknown severity', policy('true').replace('high', 'huge'), 'UnknownSeverity', 'huge'],
  ['a permit', `${head} permit (principal, action, resource is AWS::S3::Bucket);`, 'NotForbid', 'allowed'],
  ['an unknown type', policy('true', { type: 'AWS::S3::Buckett' }), 'UnknownType', 'AWS::S3::Buckett'],
  ['an unknown nested type', policy('true', { type: 'AWS::S3::Bucket::Nope' }), 'UnknownType', 'Nope'],
  [
    'a type only a condition names',
    `${head} forbid (principal, action, resource) when { resource is AWS::A::B };`,
    'UnknownType',
    'AWS::A::B',
  ],
  [
    'statements of a type that has none',
    policy('true', { type: 'AWS::EC2::Volume::IamStatement' }),
    'UnknownType',
    'IamStatement',
  ],
  ['an unknown property', policy('resource.Typo == "a"'), 'UnknownProperty', 'Typo'],
  [
    'a property asked for with has',
    policy('resource has BuketName'),
    'UnknownProperty',
    'did you mean BucketName?',
  ],
  ['the absence of an unknown property', policy('!(resource has Typo)'), 'UnknownProperty', 'Typo'],
  [
    'a nested property that is not',
    policy('resource has VersioningConfiguration.Statos'),
    'UnknownProperty',
    'did you mean Status?',
  ],
  [
    'a nested property behind a dot',
    policy('resource has VersioningConfiguration && !(resource.VersioningConfiguration has Typo)'),
    'UnknownProperty',
    'Typo',
  ],
  ['a property of a nested entity', policy('resource has CidrIpp', ingress), 'UnknownProperty', 'CidrIp'],
  [
    'a property of another type than the test before it says',
    `${head} forbid (principal, action, resource) when { (resource is AWS::S3::Bucket && resource has QueueName) || resource is AWS::SQS::Queue };`,
    'UnknownProperty',
    'QueueName',
  ],
  [
    'a property of every resource',
    `${head} forbid (principal, action, resource) when { resource has Name };`,
    'UnknownProperty',
    'Name',
  ],
  ['a property of the root', policy('context.root has Typo', ingress), 'UnknownProperty', 'Typo'],
  [
    'an attribute of a map',
    policy('resource has Environment.Variables.Typo', { type: 'AWS::Lambda::Function' }),
    'UnknownProperty',
    'hasTag',
  ],
  [
    'a nested type that no property holds',
    policy('true', { type: 'AWS::Batch::JobDefinition::Timeout' }),
    'NeverApplies',
    'no property of AWS::Batch::JobDefinition',
  ],
  [
    'a fact that is not',
    policy('context.facts.openToWorl', ingress),
    'UnknownFact',
    'did you mean openToWorld?',
  ],
  ['a fact of another type', policy('context.facts.openToWorld'), 'UnknownFact', 'openToWorld'],
  [
    'a part of the context that is not',
    policy('context.envronment == "prod"'),
    'UnknownProperty',
    'did you mean environment?',
  ],
  [
    'an action that is not',
    `${head} forbid (principal, action == Action::"provisoin", resource);`,
    'UnknownAction',
    'did you mean provision?',
  ],
  [
    'one of several actions that is not',
    `${head} forbid (principal, action in [Action::"scale", Action::"x"], resource);`,
    'UnknownAction',
    'x',
  ],
  ['a property that may be missing', policy('resource.BucketName == "a"'), 'InvalidPolicy', 'BucketName'],
  [
    'a truth value compared with text',
    policy('resource has ObjectLockEnabled && resource.ObjectLockEnabled == "true"'),
    'InvalidPolicy',
    'compatible',
  ],
  ['conditions that never hold', policy('false'), 'NeverApplies', 'never'],
  [
    'two types at once',
    `${head} forbid (principal, action, resource) when { resource is AWS::S3::Bucket && resource is AWS::SQS::Queue };`,
    'NeverApplies',
    'two types',
  ],
];

describe('rejects a policy for', () => {
  test.each(refused)('%s', (_what, text, code, part) => {
    const problems = problemsOf(text);
    expect(problems.map((one) => one.code)).toContain(code);
    expect(problems.map((one) => one.message).join('\n')).toContain(part);
    expect(problems.every((one) => one.file?.endsWith('a.cedar') && (one.line ?? 0) > 0)).toBe(true);
  });

  test('each of its mistakes, with the line', () => {
    const text = `// First a good one.
${policy('true', { id: 'GOOD' })}

// Then an invalid one. The non-ASCII text before it must not shift the lines.
@id("BAD") @severity("low") @message("ä")
forbid (principal, action, resource is AWS::S3::Bucket)
when {
  !(resource has Typo) ||
  resource has Another
};`;
    expect(problemsOf(text).map(({ code, line }) => [code, line])).toEqual([
      ['UnknownProperty', 9],
      ['UnknownProperty', 10],
    ]);
  });

  test('what the validator finds, with the line', () => {
    const text = `\n\n${policy('resource has BucketName &&\n  resource.BucketName == 5')}`;
    expect(problemsOf(text).map(({ code, line }) => [code, line])).toEqual([['InvalidPolicy', 5]]);
  });
});

const accepted: [string, string][] = [
  ['a nested path', policy('resource has VersioningConfiguration.Status')],
  ['tags', policy('!resource.hasTag("owner")')],
  [
    'tags of every resource',
    `${head} forbid (principal, action, resource) unless { resource.hasTag("owner") };`,
  ],
  [
    'a type that Cedar would not let be called Action',
    policy('resource has Type', { type: 'AWS::ElasticLoadBalancingV2::Listener::ActionType' }),
  ],
  ['statements', policy('resource.Actions.contains("*")', { type: 'AWS::IAM::Role::IamStatement' })],
  ['the resource around a nested value', policy('context.root has VpcId', ingress)],
  [
    'who asks, for what and where',
    policy('principal == Baton::Owner::"a" && action == Action::"scale" && context.environment == "prod"'),
  ],
  [
    'a map',
    policy('resource has Variables && resource.Variables.hasTag("A")', {
      type: 'AWS::Lambda::Function::Environment',
    }),
  ],
  [
    'a fraction',
    policy('resource has Threshold && resource.Threshold.lessThan(decimal("1.5"))', {
      type: 'AWS::CloudWatch::Alarm',
    }),
  ],
];

test.each(accepted)('a policy may refer to %s', (_what, text) => {
  expect(problemsOf(text)).toEqual([]);
});
