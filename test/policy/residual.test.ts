import { expect, test } from 'vitest';
import type { JsonValue } from '../../lib/model/json.ts';
import { truthOf } from '../../lib/policy/residual.ts';
import { textForm } from '../../lib/policy/text-forms.ts';

const yes = { Value: true };
const no = { Value: false };
const open = { unknown: [{ Value: 'Properties.A' }] };
const and = (left: JsonValue, right: JsonValue): JsonValue => ({ '&&': { left, right } });
const or = (left: JsonValue, right: JsonValue): JsonValue => ({ '||': { left, right } });
const not = (arg: JsonValue): JsonValue => ({ '!': { arg } });
const iff = (test: JsonValue, held: JsonValue, failed: JsonValue): JsonValue => ({
  'if-then-else': Object.fromEntries([
    ['if', test],
    ['then', held],
    ['else', failed],
  ]),
});
const set = (...elements: JsonValue[]): JsonValue => ({ Set: elements });
const a = { Value: 'a' };
const has = (kind: string, left: JsonValue, right: JsonValue): JsonValue => ({ [kind]: { left, right } });

const truths: [string, JsonValue, boolean | 'open'][] = [
  ['open', open, 'open'],
  ['open and false', and(open, no), false],
  ['false and open', and(no, open), false],
  ['open and true', and(open, yes), 'open'],
  ['open or true', or(open, yes), true],
  ['open or false', or(open, no), 'open'],
  ['not open', not(open), 'open'],
  ['not (open and false)', not(and(open, no)), true],
  ['if open, with equal branches', iff(open, yes, yes), true],
  ['if open, with different branches', iff(open, yes, no), 'open'],
  ['if true then open', iff(yes, open, no), 'open'],
  ['if false then open else true', iff(no, open, yes), true],
  ['a known element', has('contains', set(a, open), a), true],
  ['an element that may be among the unknown', has('contains', set(a, open), { Value: 'b' }), 'open'],
  ['an unknown set', has('contains', open, a), 'open'],
  ['any of them known', has('containsAny', set(a, open), { Value: ['b', 'a'] }), true],
  ['none of them known', has('containsAny', set(a, open), { Value: ['b'] }), 'open'],
  ['possibly all of them', has('containsAll', set(a, open), { Value: ['a', 'b'] }), 'open'],
  ['a set with an element is not empty', { isEmpty: { arg: set(open) } }, false],
  ['an unknown set may be empty', { isEmpty: { arg: open } }, 'open'],
  ['a comparison', { '==': { left: open, right: a } }, 'open'],
];

const role = { unknown: [{ Value: 'Properties.Role' }] };
const like = (left: JsonValue, ...pattern: JsonValue[]): JsonValue => ({ like: { left, pattern } });
const everything = { Value: '*' };

/** For Properties.Role being some ARN. */
const truthsOfArn: [string, JsonValue, boolean | 'open'][] = [
  ['equal to what it can be', has('==', role, { Value: 'arn:a' }), 'open'],
  ['equal to what it can not be', has('==', role, everything), false],
  ['unequal to what it can not be', has('!=', role, everything), true],
  ['unlike a pattern', like(role, { Literal: '*' }), false],
  ['certainly like a pattern', like(role, { Literal: 'a' }, { Literal: 'r' }, 'Wildcard'), true],
  ['possibly like a pattern', like(role, 'Wildcard', { Literal: '*' }), 'open'],
  ['not among the known elements', has('contains', { Value: ['*', 'b'] }, role), false],
  ['possibly among the known elements', has('contains', { Value: ['*', 'arn:b'] }, role), 'open'],
  ['a different element', has('contains', set(a, role), everything), false],
  ['an element next to one that may be equal', has('contains', set(open, role), everything), 'open'],
  ['none of several', has('containsAny', set(a, role), { Value: ['*', 'b'] }), false],
  ['some of several', has('containsAny', set(a, role), { Value: ['*', 'a'] }), true],
  ['not all of several', has('containsAll', set(a, role), { Value: ['*', 'a'] }), false],
  ['compared with a value that is not text', has('==', role, { Value: 1 }), 'open'],
];

test.each(truthsOfArn)('for an ARN: %s', (_what, expression, truth) => {
  const arn = textForm({ 'Fn::GetAtt': ['Role', 'Arn'] });
  expect(truthOf(expression, (name) => (name === 'Properties.Role' ? arn : undefined))).toBe(truth);
});

test.each(truths)('%s', (_what, expression, truth) => {
  expect(truthOf(expression)).toBe(truth);
});
