import { describe, expect, test } from 'vitest';
import { decideApprovals } from '../../lib/change/decide-approvals.ts';
import type { GovernedChange } from '../../lib/change/governance.ts';
import { builtInGovernance, loadGovernance } from '../../lib/change/governance-bundle.ts';
import { type ScalingCase, scalingTakenAs } from '../../lib/change/standard-scaling.ts';
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

test('what is beyond the policy needs an approval with any packs, and is refused where no one can give it', () => {
  const change = governed({}, { actions: ['scale'], scaling: { ...calm, beyond: true } });
  const levels = { 'service-owner': owners };
  const bundle = (settings: object) =>
    loadGovernance(people, { governance: governanceSchema.parse(settings) }, [builtInGovernance]);
  const decided = (settings: object) => decideApprovals(bundle(settings), change);
  expect(decided({ levels }).approvals.map(({ level }) => level)).toEqual(['anybody']);
  expect(decided({}).refusals.map(({ id }) => id)).toEqual(['NOBODY_TO_ASK']);
});

describe('before it asks, scaling knows how a change of a capacity is taken', () => {
  const about = {
    ...{ environment: 'prod', service: 'shop', owner: 'commerce', scope: 'prod/shop' },
    ...{ type: 'AWS::ECS::Service', property: 'DesiredCount', declared: { min: 2, max: 40 } },
    ...{ dayScales: 1, utcHour: 12 },
  };
  const none = loadGovernance(people, { governance: governanceSchema.parse({}) }, [builtInGovernance]);
  test.each<[what: string, own: Partial<ScalingCase>, from: number, to: number, taken: string]>([
    ['beyond the bounds', {}, 40, 41, 'normal'],
    ['closer to them', {}, 50, 45, 'standard'],
    ['more than triple', {}, 2, 7, 'normal'],
    ['within bounds', {}, 2, 6, 'standard'],
    ['the 101st time today', { dayScales: 101 }, 2, 6, 'normal'],
    ['down by more than a fifth at night', { utcHour: 23 }, 20, 15, 'normal'],
    ['beyond the rate of its own policy', { beyond: true }, 4, 8, 'normal'],
  ])('%s', (_what, own, from, to, taken) => {
    expect(scalingTakenAs(pack, { ...about, ...own }, from, to)).toBe(taken);
    expect(scalingTakenAs(none, { ...about, ...own }, from, to)).toBe(own.beyond ? 'refused' : 'standard');
  });
});
