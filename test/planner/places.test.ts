import { describe, expect, it } from 'vitest';
import { hashOf } from '../../lib/model/json.ts';
import { type Place, placeOf, placeOfStep, provisioningRole } from '../../lib/model/place.ts';
import type { HashedPlan } from '../../lib/model/plan.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import { checkPlan, planChange, planDecommission, planUndo } from '../../lib/planner/index.ts';
import { built, desire, lookup } from './example.ts';

const account = '111111111111';
const role = provisioningRole('test');
const home: Place = { account, region: 'eu-west-1', role };
const west: Place = { account, region: 'us-west-2', role };
const desired = desire(
  ['Vpc', 'AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }],
  ['Topic', 'AWS::SNS::Topic', { TopicName: 'a' }, { place: west }],
);
const plan = planChange({ requestId: 'r', desired, assets: [], lookup });
const assets = built(desired, { Topic: { ...west } });
const placesIn = ({ steps }: HashedPlan) =>
  Object.fromEntries(steps.map(({ resource, place }) => [resource, place?.region]));
const both = { Vpc: 'eu-west-1', Topic: 'us-west-2' };

/** The plan with a step changed, and the hash of what it says now. */
function altered(change: Partial<HashedPlan['steps'][number]>, from = plan): HashedPlan {
  const { hash: _, ...rest } = { ...from, steps: from.steps.map((step) => ({ ...step, ...change })) };
  return { ...rest, hash: hashOf(rest) };
}
const codes = (made: HashedPlan, evidence: { desired?: DesiredState; undone?: HashedPlan } = { desired }) =>
  checkPlan(made, { assets: [], lookup, ...evidence }).map(({ code }) => code);

describe('a plan is unsound', () => {
  it('where a step works elsewhere than the request says', () => {
    expect(codes(altered({ place: home }))).toEqual(['NotAsAsked']);
  });
  it('where a step acts with the role of another environment', () => {
    const other = { ...home, role: provisioningRole('prod') };
    expect(codes(altered({ place: other }))).toContain('OtherRole');
  });
  it('where a step works elsewhere than its asset is', () => {
    const removal = planDecommission({
      requestId: 'r',
      header: desired.header,
      assets,
      dependents: [],
      lookup,
    });
    expect(checkPlan(removal, { assets, lookup })).toEqual([]);
    const moved = altered({ place: home }, removal);
    expect(checkPlan(moved, { assets, lookup }).map(({ code }) => code)).toEqual(['OtherScope']);
  });
  it('where an undo works elsewhere than what it undoes', () => {
    const undo = undoOf(plan);
    expect(codes(undo, { undone: plan })).toEqual([]);
    expect(codes(altered({ place: home }, undo), { undone: plan })).toEqual(['OtherPlace']);
  });
});

it('a resource does not move: the request is refused and says so', () => {
  const moved = desire(['Topic', 'AWS::SNS::Topic', { TopicName: 'a' }, { place: home }]);
  expect(() => planChange({ requestId: 'r', desired: moved, assets, lookup })).toThrow(
    /Topic of test\/shop is in 111111111111\/us-west-2, .*do not move/,
  );
});

describe('each step has the place', () => {
  it('that its resource asks for, else that of the request', () => {
    expect(placesIn(plan)).toEqual(both);
    expect(plan.steps[0]?.place).toEqual(home);
    expect(codes(plan)).toEqual([]);
  });
  it('of the asset that it removes', () => {
    const removal = planDecommission({
      requestId: 'r',
      header: desired.header,
      assets,
      dependents: [],
      lookup,
    });
    expect(placesIn(removal)).toEqual(both);
  });
  it('of the step that it undoes', () => expect(placesIn(undoOf(plan))).toEqual(both));
});

describe('what was recorded before places were', () => {
  it('has steps where the plan is', () => expect(placeOfStep(plan, {})).toEqual(home));
  it('has assets that the role of their environment acts on', () => {
    expect(placeOf({ environment: 'test', account, region: 'eu-west-1' })).toEqual(home);
  });
  it('is undone as it was derived then: by the same plan, with the same hash', () => {
    const { hash: _hash, ...old } = plan;
    const steps = old.steps.map(({ place: _place, ...rest }) => rest);
    const undo = undoOf({ ...old, steps, hash: hashOf({ ...old, steps }) });
    expect(undo.steps.some((one) => 'place' in one)).toBe(false);
  });
});

function undoOf(done: HashedPlan): HashedPlan {
  const outcomes = done.steps.map(({ id, resource }) => ({
    ...{ stepId: id, status: 'Succeeded' as const, identifier: resource },
  }));
  return planUndo({ plan: done, outcomes, requestId: 'r', runId: 'run', lookup });
}
