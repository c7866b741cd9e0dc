import { describe, expect, test } from 'vitest';
import { failedAssertions } from '../../lib/template/index.ts';
import { scopeWith } from './scope-with.ts';

const scope = scopeWith({ values: { Stage: 'prod', Size: 'small', Zones: ['a', 'b'] } });
const rule = (Assert: unknown, RuleCondition?: unknown) =>
  ({
    Mine: {
      ...(RuleCondition ? { RuleCondition } : {}),
      Assertions: [{ Assert, AssertDescription: 'told' }],
    },
  }) as never;
const isProd = { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] };
const isDev = { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] };

const failing: [string, unknown, unknown?][] = [
  ['Contains', { 'Fn::Contains': [['large'], { Ref: 'Size' }] }],
  ['EachMemberIn', { 'Fn::EachMemberIn': [{ Ref: 'Zones' }, ['a']] }],
  ['EachMemberEquals', { 'Fn::EachMemberEquals': [{ Ref: 'Zones' }, 'a'] }],
  ['Equals', isDev],
  ['And', { 'Fn::And': [isProd, isDev] }],
  ['Or', { 'Fn::Or': [isDev, isDev] }],
  ['Not', { 'Fn::Not': [isProd] }],
  ['a condition that holds', isDev, isProd],
];
describe('reports failed assertions with their description', () => {
  for (const [name, assertion, condition] of failing) {
    test(name, () => {
      expect(failedAssertions(rule(assertion, condition), scope)).toMatchObject([
        { code: 'RuleFailed', path: 'Rules.Mine.Assertions.0', message: expect.stringContaining('told') },
      ]);
    });
  }
  test('a rule without assertions', () => {
    expect(failedAssertions({ Mine: {} }, scope)).toMatchObject([{ code: 'Rule' }]);
  });
});

const holding: [string, unknown, unknown?][] = [
  ['Contains', { 'Fn::Contains': [['small', 'large'], { Ref: 'Size' }] }],
  ['EachMemberIn', { 'Fn::EachMemberIn': [{ Ref: 'Zones' }, ['a', 'b', 'c']] }],
  ['a condition that does not hold', isDev, isDev],
  ['a fact of the account', { 'Fn::EachMemberEquals': [{ 'Fn::ValueOf': ['Vpc', 'Tags.x'] }, 'y'] }],
];
describe("ignores assertions that hold, or that can't be decided here", () => {
  for (const [name, assertion, condition] of holding) {
    test(name, () => expect(failedAssertions(rule(assertion, condition), scope)).toEqual([]));
  }
});
