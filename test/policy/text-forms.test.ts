import { expect, test } from 'vitest';
import type { JsonValue } from '../../lib/model/json.ts';
import { canBeEqual, patternForm, surelyMatches, textForm } from '../../lib/policy/text-forms.ts';

const join = (separator: string, ...parts: JsonValue[]): JsonValue => ({ 'Fn::Join': [separator, parts] });
const account = { Ref: 'AWS::AccountId' };
const root = join('', 'arn:', { Ref: 'AWS::Partition' }, ':iam::', account, ':root');

/** A value, texts that it can become, and texts that it can't. */
const forms: [JsonValue, string[], string[]][] = [
  ['a', ['a'], ['', 'b', 'aa']],
  [12, ['12'], ['1']],
  [true, ['true'], ['false']],
  ['x{{resolve:ssm:/a}}y', ['xy', 'x*y'], ['x', '*']],
  [{ Ref: 'Parameter' }, ['', '*', 'a'], []],
  [account, ['123456789012'], ['*', 'events.amazonaws.com']],
  [{ Ref: 'AWS::Region' }, ['eu-west-1'], ['*']],
  [{ Ref: 'AWS::StackId' }, ['arn:aws:x'], ['*']],
  [{ 'Fn::GetAtt': ['Role', 'Arn'] }, ['arn:aws:iam::1:role/a'], ['*', '']],
  [{ 'Fn::GetAtt': 'Role.Arn' }, ['arn:aws:iam::1:role/a'], ['*']],
  [{ 'Fn::GetAtt': ['Secret', 'Value'] }, ['*'], []],
  [
    root,
    ['arn:aws:iam::1:root', 'arn:aws-cn:iam::1:root'],
    ['*', 'arn:aws:iam::*:root', 'arn:aws:iam::1:user'],
  ],
  [join('-', 'a', { Ref: 'B' }, 'c'), ['a-b-c', 'a--c'], ['a', 'a-c']],
  [join('', { Ref: 'List' }), ['*'], []],
  [{ 'Fn::Join': ['', { Ref: 'List' }] }, ['*'], []],
  [{ 'Fn::Sub': 'a/${B}/*' }, ['a//*', 'a/b/*'], ['*', 'a/*']],
  [{ 'Fn::Sub': 'a/${Role.Arn}' }, ['a/arn:b'], ['a/b']],
  [{ 'Fn::Sub': ['${A}/${AWS::Region}', { A: 'a' }] }, ['a/eu-west-1'], ['b/eu-west-1', 'a/*']],
  [{ 'Fn::Sub': '${!A}' }, ['${A}'], ['*']],
  [{ 'Fn::If': ['Open', '*', 'a'] }, ['*', 'a'], ['b']],
  [{ 'Fn::If': ['Open', 'a', { Ref: 'AWS::NoValue' }] }, ['a', '*'], []],
  [{ 'Fn::If': ['Open', ['*'], 'a'] }, ['*'], []],
  [join('', ...Array.from({ length: 9 }, () => ({ 'Fn::If': ['A', 'b', 'c'] }))), ['*'], []],
  [{ 'Fn::ImportValue': 'a' }, ['*'], []],
  [['a'], ['*'], []],
];

test.each(forms)('for %j', (value, possible, impossible) => {
  const form = textForm(value);
  expect(possible.filter((text) => !canBeEqual(form, textForm(text)))).toEqual([]);
  expect(impossible.filter((text) => canBeEqual(form, textForm(text)))).toEqual([]);
});

test('forms of two unknown values match if they can be equal', () => {
  expect(canBeEqual(textForm(root), textForm({ 'Fn::Sub': '${A}:root' }))).toBe(true);
  expect(canBeEqual(textForm(root), textForm({ 'Fn::Sub': '${A}:user' }))).toBe(false);
});

test("patterns match like Cedar's like", () => {
  const service = patternForm(['Wildcard', ...[...'.amazonaws.com'].map((one) => ({ Literal: one }))]);
  expect(canBeEqual(textForm('sns.amazonaws.com'), service)).toBe(true);
  expect(canBeEqual(textForm(account), service)).toBe(false);
  expect(canBeEqual(textForm({ 'Fn::Sub': 'logs.${AWS::URLSuffix}' }), service)).toBe(true);
});

const service = 'logs.${AWS::Region}.amazonaws.com';
const surely: [JsonValue, JsonValue[], boolean][] = [
  [{ 'Fn::Sub': service }, ['Wildcard', { Literal: '.amazonaws.com' }], true],
  [{ 'Fn::Sub': service }, [{ Literal: 'logs.' }, 'Wildcard', { Literal: '.com' }], true],
  [{ 'Fn::Sub': service }, ['Wildcard', { Literal: 'west' }, 'Wildcard'], false],
  [{ 'Fn::Sub': service }, ['Wildcard', { Literal: '.cn' }], false],
  [{ Ref: 'A' }, ['Wildcard'], true],
  [{ Ref: 'A' }, ['Wildcard', { Literal: 'a' }], false],
  [{ Ref: 'A' }, [{ Literal: 'a' }], false],
  [{ 'Fn::If': ['A', 'ab', 'ac'] }, [{ Literal: 'a' }, 'Wildcard'], true],
  [{ 'Fn::If': ['A', 'ab', 'bc'] }, [{ Literal: 'a' }, 'Wildcard'], false],
  ['aba', [{ Literal: 'ab' }, 'Wildcard', { Literal: 'ba' }], false],
];

test.each(surely)('%j certainly matches %j: %s', (value, pattern, expected) => {
  expect(surelyMatches(textForm(value), patternForm(pattern))).toBe(expected);
});

test('a Ref to a named resource is not a wildcard', () => {
  const named = new Set(['Topic']);
  const topic = { Ref: 'Topic' };
  const values: JsonValue[] = [topic, { 'Fn::Sub': '${Topic}' }, { 'Fn::If': ['A', topic, 'a'] }];
  for (const value of values) {
    expect(canBeEqual(textForm(value, named), textForm('*'))).toBe(false);
    expect(canBeEqual(textForm(value), textForm('*'))).toBe(true);
  }
  expect(canBeEqual(textForm({ Ref: 'Other' }, named), textForm('*'))).toBe(true);
});
