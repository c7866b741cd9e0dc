import { describe, expect, test } from 'vitest';
import { InvalidInput } from '../../lib/model/errors.ts';
import {
  externalReferences,
  madeUpValue,
  manifestJsonSchema,
  noInputs,
  readInputs,
  readManifest,
  rehearse,
} from '../../lib/request/index.ts';
import { lookup, normalized } from './normalize-text.ts';

describe('rejects invalid inputs files', () => {
  for (const [name, text] of [
    ['an unknown part', '{"parameter": {}}'],
    ['a list of other things', '[{"Key": "a"}]'],
    ['imports that are a text', '{"imports": "some"}'],
    ['a previous value', '[{"ParameterKey": "a", "ParameterValue": "b", "UsePreviousValue": true}]'],
  ]) {
    test(name ?? '', () => expect(() => readInputs(text ?? '', 'inputs.json')).toThrow(InvalidInput));
  }
});

describe('inputs files', () => {
  for (const [name, text] of [
    ["Baton's format", 'parameters: { A: b }'],
    ['the format of create-stack', '[{"ParameterKey": "A", "ParameterValue": "b"}]'],
    ['the format of a pipeline', '{"Parameters": {"A": "b"}, "Tags": {}}'],
    [
      'of create-stack, within its input',
      '{"StackName": "s", "Parameters": [{"ParameterKey": "A", "ParameterValue": "b"}]}',
    ],
  ]) {
    test(name ?? '', () =>
      expect(readInputs(text ?? '', 'f')).toEqual({ ...noInputs, parameters: { A: 'b' } }),
    );
  }
});

const template = `
Parameters:
  Network: { Type: String, Default: net }
  Ami: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/ami }
  Password: { Type: String, NoEcho: true, Default: hunter1 }
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: { GroupDescription: x, VpcId: !ImportValue { 'Fn::Sub': '\${Network}-thing' } }
  Vm:
    Type: AWS::EC2::Instance
    Properties: { ImageId: !Ref Ami, KeyName: '{{resolve:ssm:key}}' }
  Login:
    Type: AWS::IAM::User
    Properties: { LoginProfile: { Password: !Ref Password } }
`;
const where = { account: '111111111111', region: 'eu-west-1', lookup };

test('the external references of a request', () => {
  expect(externalReferences(readManifest(template, 'x'), noInputs)).toEqual({
    imports: ['net-thing'],
    ssm: [{ name: '/aws/ami', type: 'AWS::EC2::Image::Id' }],
    secrets: ['{{resolve:ssm:key}}'],
  });
});

test('a rehearsal is complete and deterministic', () => {
  const inputs = { ...noInputs, imports: 'any', ssm: 'any', secrets: 'any' } as const;
  const rehearsal = rehearse(template, 'x.yaml', inputs, where);
  expect(rehearsal).toEqual(rehearse(template, 'x.yaml', inputs, where));
  expect(rehearsal).toMatchObject({
    text: template,
    imports: { 'net-thing': expect.stringMatching(/^vpc-[0-9a-f]{17}$/) },
    ssm: { '/aws/ami': expect.stringMatching(/^ami-[0-9a-f]{17}$/) },
    secrets: { '{{resolve:ssm:key}}': expect.any(String) },
  });
  expect(Object.values(rehearsal.secrets)).toContain('hunter1');
  const { parameters, imports, ssm } = rehearsal;
  const state = normalized(rehearsal.text, { inputs: { parameters, imports, ssm, secrets: {} } });
  expect(JSON.stringify(state)).not.toContain('hunter1');
});

describe('generated values match the type', () => {
  const cases: [string, string[], RegExp][] = [
    ['AWS::EC2::Image::Id', ['/x'], /^ami-[0-9a-f]{17}$/],
    ['String', ['net:VpcId'], /^vpc-/],
    ['String', ['x', 'SubnetIds'], /^subnet-/],
    ['String', ['net:FargateContainerSecurityGroup'], /^sg-/],
    ['String', ['ECSTaskExecutionRole'], /^arn:aws:iam::111111111111:role\//],
    ['String', ['x', 'ListenerArn'], /^arn:aws:elasticloadbalancing:eu-west-1:/],
    ['String', ['x'], /^made-up-/],
  ];
  for (const [type, names, pattern] of cases) {
    test(`${type} for ${names.join(' used as ')}`, () => {
      expect(madeUpValue(type, names, { ...where, partition: 'aws' })).toMatch(pattern);
    });
  }
  test('a list has two different values', () => {
    const list = madeUpValue('List<AWS::EC2::Subnet::Id>', ['x'], { ...where, partition: 'aws' });
    expect(new Set(list as string[]).size).toBe(2);
  });
});

test('the JSON Schema of a manifest contains its header and its sections', () => {
  expect(manifestJsonSchema()).toMatchObject({
    type: 'object',
    additionalProperties: false,
    required: ['environment', 'service', 'owner', 'reason', 'Resources'],
    properties: { onFailure: { enum: ['undo', 'keep'] }, Resources: { type: 'object' } },
  });
});
