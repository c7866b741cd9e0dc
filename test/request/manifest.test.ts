import { describe, expect, test } from 'vitest';
import { InvalidInput, type Problem } from '../../lib/model/errors.ts';
import { readManifest } from '../../lib/request/index.ts';

function problemsOf(text: string, file = 'request.yaml'): Problem[] {
  try {
    readManifest(text, file);
    return [];
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
}

const wrong: [string, string, Partial<Problem>][] = [
  ['broken YAML', 'Resources:\n  A: [1', { code: 'Syntax', line: 2 }],
  ['broken JSON', '{\n "Resources": {,}\n}', { code: 'Syntax' }],
  ['no document', '', { code: 'Syntax' }],
  [
    'a list',
    '- a',
    { code: 'Syntax', message: expect.stringContaining('expected a document with Resources') },
  ],
  [
    'two documents',
    'a: 1\n---\nb: 2',
    { code: 'Syntax', message: expect.stringContaining('second document') },
  ],
  [
    'a key twice in YAML',
    'Resources:\n  A: 1\n  B: 2\n  A: 3',
    { code: 'DuplicateKey', path: 'Resources.A', line: 4 },
  ],
  [
    'a key twice in JSON',
    '{"Resources": {\n"A": 1,\n"A": 2}}',
    { code: 'DuplicateKey', path: 'Resources.A', line: 3 },
  ],
  ['an alias', 'a: &x 1\nb: *x', { code: 'YamlAlias', path: 'b', line: 2 }],
  ['a merge key', 'a:\n  <<: {b: 1}', { code: 'YamlAlias', line: 2 }],
  [
    'a misspelt function',
    'a: !Reff b',
    { code: 'UnknownFunction', message: expect.stringContaining('did you mean "!Ref"') },
  ],
];
describe('rejects unreadable text with its line', () => {
  for (const [name, text, problem] of wrong) {
    test(name, () =>
      expect(problemsOf(text)).toContainEqual(expect.objectContaining({ file: 'request.yaml', ...problem })),
    );
  }
  test('a .json file gets the problem of the JSON parser', () => {
    expect(problemsOf('{\n "a": 1,\n}', 'x.json')).toMatchObject([
      { code: 'Syntax', message: expect.stringContaining('not JSON') },
    ]);
  });
});

const values: [string, string, unknown][] = [
  ['a reference', '!Ref Name', { Ref: 'Name' }],
  ['an attribute', '!GetAtt A.b.c', { 'Fn::GetAtt': 'A.b.c' }],
  ['an attribute as a list', '!GetAtt [A, b]', { 'Fn::GetAtt': ['A', 'b'] }],
  [
    'functions in functions',
    '!Join ["-", [!Ref A, !Sub "${B}"]]',
    { 'Fn::Join': ['-', [{ Ref: 'A' }, { 'Fn::Sub': '${B}' }]] },
  ],
  ['a long form around a short one', '{"Fn::Base64": !Sub x}', { 'Fn::Base64': { 'Fn::Sub': 'x' } }],
  [
    'a condition',
    '!And [!Condition A, !Not [!Equals [a, b]]]',
    { 'Fn::And': [{ Condition: 'A' }, { 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }] },
  ],
  ['zones without a region', '!GetAZs ""', { 'Fn::GetAZs': '' }],
  ['a macro', '!Transform {Name: X}', { 'Fn::Transform': { Name: 'X' } }],
  ['a date', '2012-10-17', '2012-10-17'],
  ['yes and off', '[yes, off, "yes"]', [true, false, 'yes']],
  ['an octal number', '0755', 493],
  ['an account id', '[012345678901, "123456789012"]', ['012345678901', '123456789012']],
  ['a version', '[8.0, 5.10, 5.7]', ['8.0', '5.10', 5.7]],
  ['a long number', '12345678901234567890', '12345678901234567890'],
  ['nothing', '', null],
  ["another tool's tag", '!Rain::Embed file.yaml', 'file.yaml'],
];
describe('values are read as in CloudFormation', () => {
  for (const [name, text, expected] of values) {
    test(`${name}: ${text}`, () => expect(readManifest(`a: ${text}`, 'x.yaml').document.a).toEqual(expected));
  }
});

describe('every path has a line', () => {
  const yaml =
    'Resources:\n  A:\n    Type: T\n    Properties:\n      dotted.name:\n        - x: !Sub\n            - t\n            - v: !Ref B\n';
  const json =
    '{\n"Resources": {\n "A": {\n  "Type": "T",\n  "Properties": {\n   "dotted.name": [\n    {"x": 1}]}}}}';
  const cases: [string, string, number][] = [
    [yaml, 'Resources.A', 2],
    [yaml, 'Resources.A.Properties.dotted.name', 5],
    [yaml, 'Resources.A.Properties.dotted.name.0.x', 6],
    [yaml, 'Resources.A.Properties.dotted.name.0.x.Fn::Sub.1.v.Ref', 8],
    [yaml, 'Resources.A.Properties.NotThere.Deep', 4],
    [json, 'Resources.A.Type', 4],
    [json, 'Resources.A.Properties.dotted.name.0.x', 7],
    [json, 'Resources.A.NotThere', 3],
  ];
  for (const [text, path, line] of cases) {
    test(`${path} is on line ${line}`, () => expect(readManifest(text, 'f').lineOf(path)).toBe(line));
  }
});
