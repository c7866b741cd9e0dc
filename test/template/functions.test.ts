import { describe, expect, test } from 'vitest';
import { evaluate, type Scope } from '../../lib/template/index.ts';
import { failing, scopeWith } from './scope-with.ts';

const scope: Scope = scopeWith({
  values: { Name: 'shop', Count: '3', Zones: ['a', 'b'], 'AWS::Region': 'eu-west-1', Key: 'Arn' },
  resources: ['Bucket', 'Queue'],
  mappings: { Sizes: { small: { cpu: 256, zones: ['a'] } } },
  conditions: { Yes: true, No: false },
  imports: { 'network-VpcId': 'vpc-1' },
});

/** Invalid values: the value, the code of its problem, and part of the message. */
const wrong: [unknown, string, string][] = [
  [{ Ref: 'Nmae' }, 'UnknownReference', 'did you mean "Name"'],
  [{ Ref: 5 }, 'FunctionArguments', 'got 5'],
  [{ Ref: ['Name'] }, 'FunctionArguments', 'Ref takes the name'],
  [{ 'Fn::GetAtt': 'Bucket' }, 'FunctionArguments', 'a logical id and the name of an attribute'],
  [{ 'Fn::GetAtt': ['Name', 'Arn'] }, 'UnknownAttribute', '"Name" has no attribute "Arn"'],
  [{ 'Fn::Sub': ['x'] }, 'FunctionArguments', 'a text and an object of variables'],
  [{ 'Fn::Sub': 'a ${ } b' }, 'FunctionArguments', 'write "${!}" to keep it'],
  [{ 'Fn::Sub': '${Zones}' }, 'FunctionArguments', 'must be a text'],
  [{ 'Fn::Join': ['', 'abc'] }, 'FunctionArguments', 'a delimiter and a list'],
  [{ 'Fn::Join': [',', [['a']]] }, 'FunctionArguments', 'joins texts, got ["a"]'],
  [{ 'Fn::Select': [2, ['a', 'b']] }, 'FunctionArguments', 'no element 2 in a list of 2'],
  [{ 'Fn::Select': ['first', ['a']] }, 'FunctionArguments', 'an index from 0 on'],
  [{ 'Fn::Split': ['', 'abc'] }, 'FunctionArguments', 'a delimiter and a text'],
  [{ 'Fn::FindInMap': ['Sizes', 'small'] }, 'FunctionArguments', 'two keys'],
  [{ 'Fn::FindInMap': ['Size', 'small', 'cpu'] }, 'UnknownMapping', 'no mapping "Size"'],
  [{ 'Fn::FindInMap': ['Sizes', 'smal', 'cpu'] }, 'UnknownMapping', 'did you mean "small"'],
  [{ 'Fn::If': ['Maybe', 1, 2] }, 'UnknownCondition', 'no condition "Maybe"'],
  [{ 'Fn::FindInMap': ['Sizes', 'small', 'constructor'] }, 'UnknownMapping', 'no value for "small"'],
  [{ 'Fn::If': [{ constructor: ['a'] }, 1, 2] }, 'FunctionArguments', 'expected a condition'],
  [{ 'Fn::If': ['Yes', 1] }, 'FunctionArguments', 'a value if true and a value if false'],
  [{ 'Fn::Base64': ['a'] }, 'FunctionArguments', 'takes a text'],
  [{ 'Fn::Cidr': ['10.0.0.0/24', 2, 8] }, 'FunctionArguments', 'do not fit into 10.0.0.0/24'],
  [{ 'Fn::Cidr': ['10.0.0/24', 1, 4] }, 'FunctionArguments', 'no address block'],
  [{ 'Fn::Cidr': ['10.0.0.0/8', 257, 4] }, 'FunctionArguments', 'count must be 1 to 256'],
  [{ 'Fn::ImportValue': 'network-VpcID' }, 'UnknownImport', 'no export is named'],
  [{ 'Fn::ImportValue': { Ref: 'Bucket' } }, 'FunctionArguments', 'can not refer to a resource'],
  [{ 'Fn::Length': 'abc' }, 'FunctionArguments', 'takes a list'],
  [{ 'Fn::ToJsonString': 'abc' }, 'FunctionArguments', 'an object or a list'],
  [{ 'Fn::Transform': { Name: 'Mine' } }, 'Macro', 'calls a macro'],
  [{ a: 1, 'Fn::Transform': { Name: 'AWS::Include' } }, 'Macro', 'calls a macro'],
  [{ 'Fn::Joyn': [] }, 'UnknownFunction', 'did you mean "Fn::Join"'],
  [{ 'Fn::Sub': 'a', 'Fn::Join': [] }, 'FunctionArguments', 'must stand alone'],
  [{ 'Fn::GetStackOutput': ['a', 'b'] }, 'UnsupportedFunction', 'Fn::GetStackOutput'],
  [{ 'Fn::Contains': [['a'], 'a'] }, 'UnsupportedFunction', 'only in the Rules section'],
  [{ 'Fn::ForEach::X': ['Id'] }, 'FunctionArguments', 'an identifier, a collection and an object'],
];

describe('reports problems with their code', () => {
  for (const [value, code, piece] of wrong) {
    test(`${code}: ${JSON.stringify(value)}`, () => {
      const problems = failing(value, scope);
      expect(problems.map((problem) => problem.code)).toContain(code);
      expect(problems.map((problem) => problem.message).join('\n')).toContain(piece);
    });
  }

  test('throws the first problem with its path without a reporter', () => {
    expect(() => evaluate({ a: [{ Ref: 'Nobody' }] }, scope, 'Resources')).toThrow(
      /^Resources\.a\.0\.Ref: "Nobody"/,
    );
  });
});

/** Values and their results. */
const right: [unknown, unknown][] = [
  [{ Ref: 'Name' }, 'shop'],
  [{ Ref: 'Zones' }, ['a', 'b']],
  [{ Ref: { 'Fn::Join': ['', ['Na', 'me']] } }, 'shop'],
  [{ 'Fn::Sub': '${Name}-${AWS::Region}' }, 'shop-eu-west-1'],
  [{ 'Fn::Sub': 'keep ${!Literal} and $ and {}' }, 'keep ${Literal} and $ and {}'],
  [{ 'Fn::Sub': ['${x}/${Name}', { x: { Ref: 'Count' } }] }, '3/shop'],
  [{ 'Fn::Sub': ['${Name}', { Name: 'own' }] }, 'own'],
  [{ 'Fn::Join': ['-', ['a', 1, true]] }, 'a-1-true'],
  [{ 'Fn::Join': [',', { Ref: 'Zones' }] }, 'a,b'],
  [{ 'Fn::Join': [',', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'a,b'],
  [{ 'Fn::Join': ['', []] }, ''],
  [{ 'Fn::Select': ['1', { Ref: 'Zones' }] }, 'b'],
  [{ 'Fn::Select': [0, { 'Fn::Split': ['.', 'x.y'] }] }, 'x'],
  [{ 'Fn::Split': [',', 'a,,b'] }, ['a', '', 'b']],
  [{ 'Fn::FindInMap': ['Sizes', 'small', 'cpu'] }, 256],
  [{ 'Fn::FindInMap': ['Sizes', 'small', 'zones'] }, ['a']],
  [{ 'Fn::FindInMap': ['Sizes', 'huge', 'cpu', { DefaultValue: { Ref: 'Count' } }] }, '3'],
  [{ 'Fn::If': ['Yes', { Ref: 'Name' }, { Ref: 'NotEvenThere' }] }, 'shop'],
  [{ a: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }, b: 2 }, { b: 2 }],
  [[{ Ref: 'AWS::NoValue' }, 1], [1]],
  [{ Ref: 'AWS::NoValue' }, undefined],
  [{ 'Fn::Equals': [{ Ref: 'Count' }, 3] }, true],
  [{ 'Fn::Equals': [true, 'true'] }, true],
  [{ 'Fn::Not': [{ 'Fn::Equals': ['a', 'A'] }] }, true],
  [{ 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
  [{ 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }, true],
  [{ 'Fn::Base64': 'grüß' }, 'Z3LDvMOf'],
  [{ 'Fn::Cidr': ['10.0.0.0/22', 4, 8] }, ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24', '10.0.3.0/24']],
  [{ 'Fn::Cidr': ['10.0.0.77/24', '2', '5'] }, ['10.0.0.0/27', '10.0.0.32/27']],
  [{ 'Fn::Cidr': ['192.168.0.0/24', 1] }, ['192.168.0.0/24']],
  [
    { 'Fn::Cidr': ['2001:db8:1234:1a00::/56', 2, 64] },
    ['2001:db8:1234:1a00::/64', '2001:db8:1234:1a01::/64'],
  ],
  [{ 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b']],
  [{ 'Fn::GetAZs': { Ref: 'AWS::Region' } }, ['eu-west-1a', 'eu-west-1b']],
  [{ 'Fn::ImportValue': { 'Fn::Sub': 'network-VpcId' } }, 'vpc-1'],
  [{ 'Fn::Length': { Ref: 'Zones' } }, 2],
  [{ 'Fn::Length': [{ Ref: 'Bucket' }, 'x'] }, 2],
  [{ 'Fn::ToJsonString': { a: [1, { Ref: 'Name' }] } }, '{"a":[1,"shop"]}'],
  [{ Condition: { StringEquals: { a: 'b' } } }, { Condition: { StringEquals: { a: 'b' } } }],
  [
    { 'Fn::ForEach::Z': ['Zone', { Ref: 'Zones' }, { 'Key${Zone}': '${Zone}!' }] },
    { Keya: 'a!', Keyb: 'b!' },
  ],
];

describe('resolves what is known', () => {
  for (const [value, expected] of right) {
    test(`${JSON.stringify(value)} is ${JSON.stringify(expected)}`, () => {
      expect(evaluate(value as never, scope)).toEqual(expected);
    });
  }
});

/** Values with references to resources, and their unresolved rest. */
const partial: [unknown, unknown][] = [
  [{ Ref: 'Bucket' }, { Ref: 'Bucket' }],
  [{ 'Fn::GetAtt': 'Bucket.Arn' }, { 'Fn::GetAtt': ['Bucket', 'Arn'] }],
  [{ 'Fn::GetAtt': ['Bucket', { Ref: 'Key' }] }, { 'Fn::GetAtt': ['Bucket', 'Arn'] }],
  [{ 'Fn::GetAtt': 'Bucket.a.b' }, { 'Fn::GetAtt': ['Bucket', 'a.b'] }],
  [{ 'Fn::Sub': '${Bucket}' }, { Ref: 'Bucket' }],
  [{ 'Fn::Sub': '${Queue.Arn}' }, { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Queue', 'Arn'] }]] }],
  [
    { 'Fn::Sub': '${Name}/${Bucket.Arn}/${Count}/*' },
    { 'Fn::Join': ['', ['shop/', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/3/*']] },
  ],
  [
    { 'Fn::Join': ['-', ['a', 'b', { Ref: 'Bucket' }, 'c', 'd']] },
    { 'Fn::Join': ['-', ['a-b', { Ref: 'Bucket' }, 'c-d']] },
  ],
  [
    { 'Fn::Join': ['', ['a', { 'Fn::Sub': 'b${Bucket}c' }, 'd']] },
    { 'Fn::Join': ['', ['ab', { Ref: 'Bucket' }, 'cd']] },
  ],
  [{ 'Fn::Select': [1, ['a', { Ref: 'Bucket' }]] }, { Ref: 'Bucket' }],
  [
    { 'Fn::Select': [0, { 'Fn::Split': ['/', { Ref: 'Bucket' }] }] },
    { 'Fn::Select': [0, { 'Fn::Split': ['/', { Ref: 'Bucket' }] }] },
  ],
  [
    { 'Fn::Base64': { 'Fn::Sub': 'x${Bucket}' } },
    { 'Fn::Base64': { 'Fn::Join': ['', ['x', { Ref: 'Bucket' }]] } },
  ],
  [
    { 'Fn::Cidr': [{ 'Fn::GetAtt': ['Bucket', 'Block'] }, { Ref: 'Count' }, 8] },
    { 'Fn::Cidr': [{ 'Fn::GetAtt': ['Bucket', 'Block'] }, '3', 8] },
  ],
  [{ 'Fn::ToJsonString': { a: { Ref: 'Bucket' } } }, { 'Fn::ToJsonString': { a: { Ref: 'Bucket' } } }],
  [{ 'Fn::Equals': [{ Ref: 'Bucket' }, 'x'] }, { 'Fn::Equals': [{ Ref: 'Bucket' }, 'x'] }],
  [{ 'Fn::Base64': '{{resolve:ssm:key}}' }, { 'Fn::Base64': '{{resolve:ssm:key}}' }],
];

describe('keeps what is unknown, with known parts filled in', () => {
  for (const [value, expected] of partial) {
    test(`${JSON.stringify(value)} becomes ${JSON.stringify(expected)}`, () => {
      expect(evaluate(value as never, scope)).toEqual(expected);
    });
  }

  test('returns a value without functions as the same object', () => {
    const value = { a: [1, { b: 'c' }] };
    expect(evaluate(value, scope)).toBe(value);
  });
});
