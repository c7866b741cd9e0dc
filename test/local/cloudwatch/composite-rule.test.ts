import { describe, expect, test } from 'vitest';
import { alarmsOf, holds, parseRule } from '../../../lib/local/cloudwatch/alarms/composite-rule.ts';

describe('a rule is refused', () => {
  test.each([
    ['', /near "its end"/],
    ['ALARM(a) ALARM(b)', /near "ALARM"/],
    ['ALARM(a) AND', /near "its end"/],
    ['(ALARM(a)', /near "its end"/],
    ['ALARM()', /near "ALARM\(\)"/],
    ['PENDING(a)', /near "PENDING\(a\)"/],
    ['AT_LEAST(2, ALARM, (a, b, c))', /does not know AT_LEAST/],
  ])('%j', (text, message) => {
    expect(() => parseRule(text)).toThrow(message);
  });
});

const states = new Map([
  ['on', 'ALARM'],
  ['off', 'OK'],
  ['new', 'INSUFFICIENT_DATA'],
  ['with space, and AND', 'ALARM'],
] as const);

test.each([
  ['ALARM(on)', true],
  ['ALARM(off)', false],
  ['OK(off)', true],
  ['INSUFFICIENT_DATA(new)', true],
  ['NOT ALARM(on)', false],
  ['NOT NOT ALARM(on)', true],
  ['ALARM(on) AND OK(off)', true],
  ['ALARM(off) OR ALARM(on)', true],
  // AND binds tighter than OR, and NOT tighter than both.
  ['ALARM(on) OR ALARM(on) AND ALARM(off)', true],
  ['(ALARM(on) OR ALARM(on)) AND ALARM(off)', false],
  ['NOT ALARM(off) AND ALARM(on)', true],
  ['TRUE AND NOT FALSE', true],
  ['ALARM("with space, and AND")', true],
  ['ALARM(arn:aws:cloudwatch:us-east-1:111111111111:alarm:on)', true],
  // Nothing holds of an alarm that does not exist.
  ['OK(none) OR ALARM(none) OR INSUFFICIENT_DATA(none)', false],
])('%s is %s', (text, expected) => {
  expect(holds(parseRule(text), (name) => states.get(name as 'on'))).toBe(expected);
});

test('the alarms of a rule are known, each once', () => {
  expect(alarmsOf(parseRule('ALARM(a) AND (OK("b c") OR NOT ALARM(a))'))).toEqual(['a', 'b c']);
});
