import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { rolesOf } from '../../../lib/local/bring-up/roles.ts';
import { loadAssembly } from '../../../lib/local/template/assembly.ts';
import { Stack } from '../../../lib/local/template/stack.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Brings up a stack whose nested templates are assets by the names given. */
function bringUp(resources: JsonObject, nested: Record<string, JsonObject> = {}): Stack {
  const folder = mkdtempSync(join(tmpdir(), 'nested-'));
  folders.push(folder);
  const write = (file: string, content: object) => writeFileSync(join(folder, file), JSON.stringify(content));
  const files = Object.keys(nested).map((name) => [
    name,
    { source: { path: `${name}.json` }, destinations: { current: { objectKey: `hash-${name}.json` } } },
  ]);
  write('manifest.json', {
    artifacts: {
      Parent: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Parent.json' } },
      'Parent.assets': { type: 'cdk:asset-manifest', properties: { file: 'Parent.assets.json' } },
    },
  });
  write('Parent.assets.json', { files: Object.fromEntries(files) });
  write('Parent.json', { Resources: resources });
  for (const [name, template] of Object.entries(nested)) write(`${name}.json`, template);
  return new Stack(loadAssembly(folder), {
    account: '111111111111',
    region: 'eu-west-1',
    endpoint: 'http://localhost',
  });
}

const stack = (template: string, Parameters: JsonObject = {}): JsonObject => ({
  Type: 'AWS::CloudFormation::Stack',
  Properties: {
    TemplateURL: {
      'Fn::Sub': `https://s3.\${AWS::Region}.\${AWS::URLSuffix}/assets-\${AWS::AccountId}/hash-${template}.json`,
    },
    Parameters,
  },
});
const queue = { Type: 'AWS::SQS::Queue' };
const queueName = { 'Fn::GetAtt': ['Queue', 'QueueName'] };
const withParameter = { Parameters: { Name: { Type: 'String' } }, Resources: { Queue: queue } };

describe('a nested stack that fails fails the whole:', () => {
  const cases: [string, () => Stack, message: RegExp][] = [
    ['no such template', () => bringUp({ Inner: stack('other') }), /no template .*hash-other\.json/],
    [
      'a type that is not known, and another in its sibling, at once',
      () =>
        bringUp(
          { One: stack('a'), Two: stack('b') },
          { a: { Resources: { A: { Type: 'Custom::A' } } }, b: { Resources: { B: { Type: 'Custom::B' } } } },
        ),
      /Resources\.One \/ Resources\.A\.Type[\s\S]*Resources\.Two \/ Resources\.B\.Type/,
    ],
    [
      'a parameter without a value',
      () => bringUp({ Inner: stack('a') }, { a: withParameter }),
      /Resources\.Inner \/ Parameters: Parameters: \[Name\] must have values/,
    ],
    [
      'a parameter that it does not have',
      () => bringUp({ Inner: stack('a', { Name: 'n', Other: 'o' }) }, { a: withParameter }),
      /\[Other\] do not exist in the template/,
    ],
    [
      'a list for a parameter',
      () => bringUp({ Inner: stack('a', { Name: ['n'] }) }, { a: withParameter }),
      /\[Name\] must be strings/,
    ],
    [
      'two that need each other',
      () => {
        const template = { ...withParameter, Outputs: { Out: { Value: { Ref: 'Name' } } } };
        const from = (id: string) => ({ Name: { 'Fn::GetAtt': [id, 'Outputs.Out'] } });
        return bringUp({ One: stack('a', from('Two')), Two: stack('a', from('One')) }, { a: template });
      },
      /Circular dependency between resources/,
    ],
    [
      'an output that it does not have',
      () =>
        bringUp(
          { Inner: stack('a'), Topic: stack('b', { Name: { 'Fn::GetAtt': ['Inner', 'Outputs.None'] } }) },
          { a: { Resources: { Queue: queue } }, b: withParameter },
        ),
      /Outputs\.None/,
    ],
  ];
  for (const [name, open, message] of cases)
    test(name, () => {
      expect(open).toThrow(message);
    });
});

test('takes parameters from its parent and from outputs of its sibling, wherever that stands', () => {
  const policy = {
    Resources: {
      Policy: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }] },
        },
      },
    },
    Outputs: { PolicyArn: { Value: { Ref: 'Policy' } } },
  };
  const role = {
    Parameters: { PolicyArn: { Type: 'String' }, RoleName: { Type: 'String', Default: 'reader' } },
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: { Ref: 'RoleName' },
          AssumeRolePolicyDocument: { Statement: [] },
          ManagedPolicyArns: [{ Ref: 'PolicyArn' }],
        },
      },
    },
    Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  };
  const parent = bringUp(
    {
      Roles: stack('role', { PolicyArn: { 'Fn::GetAtt': ['Policies', 'Outputs.PolicyArn'] } }),
      Policies: stack('policy'),
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: { QueueName: { 'Fn::GetAtt': ['Roles', 'Outputs.RoleArn'] } },
      },
    },
    { policy, role },
  );
  const arn = 'arn:aws:iam::111111111111:role/reader';
  expect(parent.ofType('AWS::SQS::Queue').map(({ name }) => name)).toEqual([arn]);
  expect(
    rolesOf(parent)
      .get(arn)
      ?.attached.map(({ document }) => document.Statement[0]?.Action),
  ).toEqual([['s3:Get*']]);
  const [policies] = parent
    .ofType('AWS::CloudFormation::Stack')
    .filter(({ logicalId }) => logicalId === 'Policies');
  expect(policies?.arn).toMatch(
    /^arn:aws:cloudformation:eu-west-1:111111111111:stack\/Parent-Policies-\w+\//,
  );
});

test('names what it makes after itself, so that a template can be brought up twice', () => {
  const inner = { Resources: { Queue: queue }, Outputs: { Name: { Value: queueName } } };
  const names = bringUp({ One: stack('a'), Two: stack('a') }, { a: inner })
    .ofType('AWS::SQS::Queue')
    .map(({ name }) => name);
  expect(names[0]).toMatch(/^Parent-One-/);
  expect(new Set(names).size).toBe(2);
});
