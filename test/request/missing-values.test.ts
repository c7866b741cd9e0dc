import { describe, expect, test } from 'vitest';
import { problemsIn } from './normalize-text.ts';

const codes = (text: string) => problemsIn(text).map(({ path, code }) => `${code} ${path}`);
const only = 'MissingParameter Parameters.P';
const parameter = 'Parameters: { P: { Type: String }, L: { Type: CommaDelimitedList, Default: "a,b" } }';
const list = 'Parameters: { P: { Type: CommaDelimitedList } }';
const inGroup = (value: string) =>
  `${parameter}\nResources: { G: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: g, VpcId: ${value} } } }`;
const inQueue = (more: string) => `Resources: { Q: { Type: AWS::SQS::Queue${more} } }`;

/** Uses of a missing value: one problem, that it is missing. */
const uses: [string, string][] = [
  ['an import', inGroup("{ 'Fn::ImportValue': !Sub '${P}-VPC' }")],
  ['an import by Join', inGroup("{ 'Fn::ImportValue': !Join ['-', [!Ref P, vpc]] }")],
  [
    'an import in a Select of a Split',
    inGroup("!Select [0, !Split [',', { 'Fn::ImportValue': !Sub '${P}-x' }]]"),
  ],
  ['the index of a Select', inGroup('!Select [!Ref P, !Ref L]')],
  ['a key of a mapping', `${inGroup('!FindInMap [M, !Ref P, v]')}\nMappings: { M: { a: { v: vpc-1 } } }`],
  ['zones', inGroup('!Select [0, !GetAZs { Ref: P }]')],
  ['a network', inGroup('!Select [0, !Cidr [!Ref P, 4, 8]]')],
  [
    'the name of an export',
    `${parameter}\n${inQueue('')}\nOutputs: { U: { Value: !Ref Q, Export: { Name: !Sub '\${P}-url' } } }`,
  ],
  ['the value of an output', `${parameter}\n${inQueue('')}\nOutputs: { U: { Value: !Ref P } }`],
  ['a deletion policy', `${parameter}\n${inQueue(', DeletionPolicy: !Ref P')}`],
  ['a condition', `${parameter}\nConditions: { C: !Equals [!Ref P, a] }\n${inQueue(', Condition: C')}`],
  [
    'a choice by a condition',
    `${parameter}\nConditions: { C: !Equals [!Ref P, a] }\n${inQueue(', Properties: { Tags: !If [C, [{ Key: a, Value: b }], x] }')}`,
  ],
  [
    'an import by a choice',
    `${inGroup("{ 'Fn::ImportValue': !If [C, a, b] }")}\nConditions: { C: !Not [!Equals [!Ref P, '']] }`,
  ],
  [
    'a condition of a condition',
    `${inGroup("{ 'Fn::ImportValue': !If [D, a, b] }")}\nConditions: { C: !Equals [!Ref P, ''], D: !Or [Condition: C, !Equals [a, b]] }`,
  ],
  ['a list in place of a text', inGroup('!Ref P').replace('Type: String', 'Type: CommaDelimitedList')],
  [
    'a loop, and what it would have made',
    `${list}\nTransform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Queues: [N, !Ref P, { 'Q\${N}': { Type: AWS::SQS::Queue } }]\n  T: { Type: AWS::SNS::Topic, Properties: { DisplayName: !GetAtt Qone.QueueName } }`,
  ],
  [
    'a health check',
    `${parameter}\n${inQueue(", Baton: { health: [{ kind: http, url: !Sub 'https://${P}/' }] }")}`,
  ],
];

/** Problems that exist whatever the value is. */
const beside: [string, string, string[]][] = [
  [
    'another property',
    inGroup('!Ref P').replace('GroupDescription: g', 'GroupDescripton: g'),
    [
      only,
      'MissingProperty Resources.G.Properties',
      'UnknownProperty Resources.G.Properties.GroupDescripton',
    ],
  ],
  [
    'another missing property',
    inGroup('!Ref P').replace('GroupDescription: g, ', ''),
    [only, 'MissingProperty Resources.G.Properties'],
  ],
  [
    'the other branch of a choice',
    `${inGroup('!If [C, !Ref P, !Ref Nobody]')}\nConditions: { C: !Equals [a, b] }`,
    [only, 'UnknownReference Resources.G.Properties.VpcId.Fn::If.2.Ref'],
  ],
  [
    'an import without an export',
    inGroup("{ 'Fn::ImportValue': vpc }"),
    [only, 'UnknownImport Resources.G.Properties.VpcId.Fn::ImportValue'],
  ],
  [
    'a list that holds it, where a text is taken',
    inGroup('[!Ref P]'),
    [only, 'WrongType Resources.G.Properties.VpcId'],
  ],
];

describe('a missing value is reported once', () => {
  test.each(uses)('%s', (_use, text) => {
    expect(codes(text)).toEqual([only]);
  });

  test.each(beside)('and hides no other problem: %s', (_what, text, expected) => {
    expect(codes(text).toSorted()).toEqual(expected);
  });

  test('an invalid name of an import is reported once', () => {
    const text = inGroup("{ 'Fn::ImportValue': !Ref Nobody }").replace('P: { Type: String }, ', '');
    expect(codes(text).map((one) => one.split(' ')[0])).toEqual(['UnknownReference']);
  });
});
