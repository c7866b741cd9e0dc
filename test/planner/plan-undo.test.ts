import { describe, expect, it } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import type { HashedPlan } from '../../lib/model/plan.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import { checkPlan, planChange, planUndo, type StepOutcome } from '../../lib/planner/index.ts';
import { built, desire, lookup, network, outline } from './example.ts';

/** Returns the outcome of a run that completed `count` steps, in plan order. */
function outcomesOf(plan: HashedPlan, assets: Asset[], count: number): StepOutcome[] {
  return plan.steps.map((step, index) => {
    const asset = assets.find(({ id }) => id === step.assetId);
    if (index >= count) return { stepId: step.id, status: 'Skipped' };
    const made = step.operation === 'create' || step.operation === 'replace';
    return {
      stepId: step.id,
      status: 'Succeeded',
      identifier: made ? `${step.resource.toLowerCase()}-2` : step.identifier,
      ...(asset && {
        preImage: asset.attributes,
        previousDesired: asset.desired,
        previousApplied: asset.applied,
      }),
    };
  });
}

function undo(desired: DesiredState, assets: Asset[], count: number, more: Partial<StepOutcome>[] = []) {
  const plan = planChange({ requestId: 'request-1', desired, assets, lookup });
  const outcomes = outcomesOf(plan, assets, count).map((one, index) => ({ ...one, ...more[index] }));
  const made = planUndo({ plan, outcomes, requestId: 'request-1', runId: 'run-1', lookup });
  expect(checkPlan(made, { assets, lookup, undone: plan })).toEqual([]);
  return made;
}

const bigger = desire(
  ...network.map(([name, type, properties]): (typeof network)[number] =>
    name === 'Vpc' ? [name, type, { CidrBlock: '10.1.0.0/16' }] : [name, type, properties],
  ),
);

describe('planUndo', () => {
  it('deletes what a run created, in reverse order, with any deletion policy', () => {
    const desired = desire(
      ...network.map(([name, type, properties]): (typeof network)[number] => [
        name,
        type,
        properties,
        { deletionPolicy: 'Retain' },
      ]),
    );
    const found = undo(desired, [], 3);
    expect(outline(found)).toEqual([
      'delete:SubnetB',
      'delete:SubnetA',
      'delete:Vpc < delete:SubnetA < delete:SubnetB',
    ]);
    expect(found.steps[0]?.identifier).toBe('subnetb-2');
    expect(found).toMatchObject({ direction: 'undo', undoes: 'run-1' });
  });

  it('omits steps that failed without a trace, and deletes what a failed create left', () => {
    const failed = { status: 'Failed', identifier: undefined } as const;
    expect(outline(undo(desire(...network), [], 2, [{}, failed]))).toEqual(['delete:Vpc']);
    const left = { status: 'Failed', identifier: 'half-made' } as const;
    expect(outline(undo(desire(...network), [], 2, [{}, left]))).toEqual([
      'delete:SubnetA',
      'delete:Vpc < delete:SubnetA',
    ]);
  });

  it('reverts an update to the live state, with references as references, and secrets as they were requested', () => {
    const before = desire(...network);
    const assets = built(before, {
      Database: {
        attributes: { Engine: 'postgres', AllocatedStorage: '30', Port: '5432', SubnetIds: ['a', 'b'] },
      },
    });
    const after = structuredClone(before);
    const database = after.resources[3];
    if (database) database.properties = { ...database.properties, AllocatedStorage: '100' };
    const [step] = undo(after, assets, 1).steps;
    expect(step).toMatchObject({ id: 'update:Database', identifier: 'database-1' });
    expect(step?.desired).toEqual(assets[3]?.desired);
    expect(step?.restore).toEqual({
      Engine: 'postgres',
      AllocatedStorage: '30',
      Port: '5432',
      MasterUserPassword: '{{resolve:secretsmanager:db}}',
      SubnetIds: [{ Ref: 'SubnetA' }, { Ref: 'SubnetB' }],
    });
  });

  it('deletes a replacement after its dependents are back on the old resource', () => {
    const found = undo(bigger, built(desire(...network)), 4);
    expect(outline(found)).toEqual([
      'update:Database',
      'delete:SubnetB < update:Database',
      'delete:SubnetA < update:Database',
      'delete:Vpc < delete:SubnetA < delete:SubnetB',
    ]);
    expect(found.unchanged.find((one) => one.resource === 'SubnetA')?.identifier).toBe('subneta-1');
  });

  it('re-creates what cleanup deleted, before anything returns to it', () => {
    const found = undo(bigger, built(desire(...network)), 7);
    expect(outline(found).slice(0, 3)).toEqual([
      'create:SubnetB < create:Vpc',
      'create:SubnetA < create:Vpc',
      'create:Vpc',
    ]);
    expect(found.steps.map((step) => step.id)).toContain('delete:Vpc');
  });

  it("lists what can't be restored", () => {
    const desired = desire(...network);
    const assets = built(desired);
    const none = { ...desired, resources: [] };
    const found = undo(none, assets, 4);
    const database = found.steps.find((step) => step.id === 'create:Database');
    expect(database?.inverse.irreversible).toBe('Database comes back without its data');
  });

  it('restores, and does not re-create, a resource whose deletion failed', () => {
    const desired = desire(['Topic', 'AWS::SNS::Topic', {}]);
    const found = undo({ ...desired, resources: [] }, built(desired), 1, [{ status: 'Failed' }]);
    expect(outline(found)).toEqual(['update:Topic']);
  });

  it('returns retained resources to the inventory', () => {
    const desired = desire(['Topic', 'AWS::SNS::Topic', {}, { deletionPolicy: 'Retain' }]);
    const found = undo({ ...desired, resources: [] }, built(desired), 1);
    expect(found.steps).toMatchObject([{ id: 'update:Topic', identifier: 'topic-1', desired: {} }]);
  });
});
