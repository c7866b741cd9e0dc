import { expect, test } from 'vitest';
import { decideApprovals } from '../../lib/change/decide-approvals.ts';
import type { GovernedChange } from '../../lib/change/governance.ts';
import { builtInGovernance, loadGovernance } from '../../lib/change/governance-bundle.ts';
import { governanceSchema } from '../../lib/model/settings.ts';
import { governed } from './support.ts';

const owners = { groups: ['owners'] };
const governance = governanceSchema.parse({ packs: ['scaling'], levels: { 'service-owner': owners } });
const people = { groups: { owners: ['user/ana', 'user/ben'] }, people: {} };
const pack = loadGovernance(people, { governance }, [builtInGovernance]);

const calm = { withinBounds: true, outPercent: 100, inPercent: 0, count: 1, dayScales: 1, utcHour: 12 };

/** Returns the rules that require an approval. */
function rules(scaling: Partial<GovernedChange['scaling']>, more: Partial<GovernedChange> = {}): string[] {
  const change = governed({}, { actions: ['scale'], scaling: { ...calm, ...scaling }, ...more });
  return decideApprovals(pack, change).approvals.flatMap(({ because }) => because.map(({ rule }) => rule));
}

test.each<[what: string, scaling: Partial<GovernedChange['scaling']>, expected: string[]]>([
  ['within bounds', {}, []],
  ['outside of them', { withinBounds: false }, ['SCALING_BEYOND_BOUNDS']],
  ['to three times the capacity', { outPercent: 200 }, []],
  ['to more than that', { outPercent: 201 }, ['SCALING_TOO_FAR']],
  ['to half of it', { outPercent: 0, inPercent: 50 }, []],
  ['to less than half', { outPercent: 0, inPercent: 51 }, ['SCALING_TOO_FAR']],
  ['for the 100th time', { dayScales: 100 }, []],
  ['for the 101st time', { dayScales: 101 }, ['SCALING_TOO_OFTEN']],
  ['down by a quarter at noon', { inPercent: 25 }, []],
  ['down by a quarter at night', { inPercent: 25, utcHour: 22 }, ['SCALING_IN_AT_NIGHT']],
  ['down by a quarter before dawn', { inPercent: 25, utcHour: 4 }, ['SCALING_IN_AT_NIGHT']],
  ['down by a fifth at night', { inPercent: 20, utcHour: 23 }, []],
  ['up at night', { utcHour: 3 }, []],
])('the pack scaling on scaling %s', (_what, scaling, expected) => expect(rules(scaling)).toEqual(expected));

test('the pack scaling says nothing of other changes, and is not escaped by one in addition to it', () => {
  const wild = { withinBounds: false, outPercent: 900, dayScales: 900 };
  expect(rules(wild, { actions: ['provision'] })).toEqual([]);
  expect(rules(wild, { actions: ['provision', 'scale'] })).toContain('SCALING_BEYOND_BOUNDS');
});
