import { expect, test } from 'vitest';
import type { JsonObject } from '../../../lib/model/json.ts';
import { sameWhereSet } from '../../../lib/tasks/govern/same-where-set.ts';
import { built, desire } from '../../planner/example.ts';

const tag = (Key: string, Value = 'x') => ({ Key, Value });
const same = (set: JsonObject, seen: JsonObject, now: JsonObject) => {
  const [asset] = built(desire(['It', 'AWS::EC2::VPC', {}]), { It: { applied: set, attributes: seen } });
  if (asset === undefined) throw new Error('there is no asset');
  return sameWhereSet(asset, now, 'Tags');
};

const own = { Tags: [tag('own')] };
const rows: [what: string, now: JsonObject, same: boolean][] = [
  ['a removed tag differs', { Tags: [] }, false],
  ['another value differs', { Tags: [tag('own', 'y')] }, false],
  ['the loss of all tags differs', {}, false],
  ['a tag that someone added does not differ', { Tags: [tag('theirs'), tag('own')] }, true],
  ['a property that was not set does not differ', { ...own, Size: 3 }, true],
];
for (const [what, now, expected] of rows)
  test(what, () => {
    expect(same(own, own, now)).toBe(expected);
  });
test('compares a map of tags by key', () => {
  expect(same({ Tags: { own: 'x' } }, { Tags: { own: 'x' } }, { Tags: { own: 'x', theirs: 'y' } })).toBe(
    true,
  );
  expect(same({ Tags: { own: 'x' } }, { Tags: { own: 'x' } }, { Tags: { theirs: 'y' } })).toBe(false);
});
