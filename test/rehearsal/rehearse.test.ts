import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import { planUndo } from '../../lib/planner/index.ts';
import type { LiveResource } from '../../lib/rehearsal/index.ts';
import { desire, lookup, network } from '../planner/example.ts';
import { standing, tryOut } from './worlds.ts';

/** Returns the request with changed properties of one resource. */
function altered(desired: DesiredState, name: string, change: JsonObject): DesiredState {
  return {
    ...desired,
    resources: desired.resources.map((resource) =>
      resource.logicalId === name
        ? { ...resource, properties: { ...resource.properties, ...change } }
        : resource,
    ),
  };
}

function leftOut(desired: DesiredState, ...names: string[]): DesiredState {
  return { ...desired, resources: desired.resources.filter(({ logicalId }) => !names.includes(logicalId)) };
}

/** Returns the live properties with one resource changed outside of Baton. */
function drifted(live: LiveResource[], name: string, change: JsonObject): LiveResource[] {
  return live.map((one) =>
    one.asset.logicalId === name ? { ...one, properties: { ...one.properties, ...change } } : one,
  );
}

const before = desire(...network);
const live = standing(before, lookup);

describe('a rehearsal', () => {
  it('without steps is none', () => {
    expect(tryOut(before, live, lookup).rehearsal).toMatchObject({ outcome: 'none', steps: 0, undoSteps: 0 });
  });

  it('fails if a resource to update no longer exists', () => {
    const gone = live.map((one) =>
      one.asset.logicalId === 'Database' ? { ...one, properties: undefined } : one,
    );
    const { rehearsal } = tryOut(altered(before, 'Database', { AllocatedStorage: '100' }), gone, lookup);
    expect(rehearsal.outcome).toBe('failed');
    expect(rehearsal.differences[0]?.message).toMatch(/^update:Database fails: NotFound/);
  });

  it('fails if a name is taken', () => {
    const named = desire([
      'Db',
      'AWS::RDS::DBInstance',
      { DBInstanceIdentifier: 'a', MasterUserPassword: 'x' },
    ]);
    const other = desire(
      ['Db', 'AWS::RDS::DBInstance', { DBInstanceIdentifier: 'a', MasterUserPassword: 'x' }],
      ['Db2', 'AWS::RDS::DBInstance', { DBInstanceIdentifier: 'a', MasterUserPassword: 'x' }],
    );
    const { rehearsal } = tryOut(other, standing(named, lookup), lookup);
    expect(rehearsal.outcome).toBe('failed');
    expect(rehearsal.differences[0]?.message).toMatch(/AlreadyExists/);
  });

  it('fails if the rollback omits a step', () => {
    const forgetful: typeof planUndo = (input) => {
      const plan = planUndo(input);
      return { ...plan, steps: plan.steps.slice(1) };
    };
    const { rehearsal } = tryOut(before, [], lookup, forgetful);
    expect(rehearsal.outcome).toBe('failed');
    expect(rehearsal.differences).toContainEqual({
      resource: 'Database',
      path: '',
      message: 'AWS::RDS::DBInstance made-up:Database is left over',
    });
  });

  it('fails if the rollback restores another value, and says which', () => {
    const wrong: typeof planUndo = (input) => {
      const plan = planUndo(input);
      const restore = { Engine: 'postgres', AllocatedStorage: '30', SubnetIds: [] };
      return { ...plan, steps: plan.steps.map((step) => ({ ...step, restore })) };
    };
    const { rehearsal } = tryOut(
      altered(before, 'Database', { AllocatedStorage: '100' }),
      live,
      lookup,
      wrong,
    );
    expect(rehearsal.outcome).toBe('failed');
    expect(rehearsal.differences).toContainEqual({
      resource: 'Database',
      path: 'AllocatedStorage',
      message: 'was "20", is "30"',
    });
  });

  it('fails if a hidden property is set for the first time, because no rollback removes it', () => {
    const plain = desire(['Secret', 'AWS::Test::Hidden', { Name: 'a' }]);
    const spec: typeof lookup = (type) => {
      const base = lookup('AWS::SNS::Topic');
      if (type !== 'AWS::Test::Hidden' || base === undefined) return lookup(type);
      const text = { types: [{ kind: 'string' as const }], required: false, replacement: 'no' as const };
      return { ...base, type, properties: { Name: text, Value: text }, writeOnly: ['Value'], createOnly: [] };
    };
    const { rehearsal } = tryOut(altered(plain, 'Secret', { Value: 'x' }), standing(plain, spec), spec);
    expect(rehearsal.outcome).toBe('failed');
    expect(rehearsal.differences).toEqual([
      { resource: 'Secret', path: 'Value', message: 'had no value that is known and keeps the new one' },
    ]);
    expect(rehearsal.irreversible).toEqual([
      { step: 'update:Secret', reason: "Value can't be read back: its earlier value does not return" },
    ]);
  });

  it('passes if everything it creates is deleted again', () => {
    const { rehearsal } = tryOut(before, [], lookup);
    expect(rehearsal).toMatchObject({ outcome: 'passed', steps: 4, undoSteps: 4, differences: [] });
  });

  it('passes if an update returns to the live state, including changes by others', () => {
    const changed = drifted(live, 'Database', { AllocatedStorage: '30', Port: '5433' });
    const { rehearsal, inverse } = tryOut(
      altered(before, 'Database', { AllocatedStorage: '100' }),
      changed,
      lookup,
    );
    expect(rehearsal).toMatchObject({ outcome: 'passed', steps: 1, undoSteps: 1, irreversible: [] });
    expect(inverse.steps[0]?.restore).toMatchObject({ AllocatedStorage: '30', Port: '5433' });
  });

  it('passes if a replacement is reverted to the old resource, and says that it is created again', () => {
    const { rehearsal } = tryOut(altered(before, 'Vpc', { CidrBlock: '10.1.0.0/16' }), live, lookup);
    expect(rehearsal).toMatchObject({ outcome: 'passed', differences: [] });
    expect(rehearsal.irreversible).toContainEqual({
      step: 'delete:Vpc',
      reason: 'Vpc comes back as a new resource: its identifier is not live-Vpc.VpcId any more',
    });
  });

  it('passes and lists what is lost if the plan says that a deletion loses data', () => {
    const { rehearsal } = tryOut(leftOut(before, 'Database'), live, lookup);
    expect(rehearsal.outcome).toBe('passed');
    expect(rehearsal.irreversible.map(({ step }) => step)).toEqual(['delete:Database', 'delete:Database']);
    expect(rehearsal.irreversible[0]?.reason).toMatch(/holds data, which a delete loses/);
  });

  it('passes and lists the difference if the plan says that a secret is lost', () => {
    const unknown = live.map(({ asset, properties }) => {
      const { MasterUserPassword: _, ...desired } = asset.desired;
      const { MasterUserPassword: __, ...applied } = asset.applied;
      return { asset: { ...asset, desired, applied }, properties };
    });
    const { rehearsal } = tryOut(leftOut(before, 'Database'), unknown, lookup);
    expect(rehearsal.outcome).toBe('passed');
    expect(rehearsal.differences.map(({ message }) => message)).toEqual([
      'create:Database fails in the undo: InvalidRequest: AWS::RDS::DBInstance needs MasterUserPassword (as the plan says)',
      'AWS::RDS::DBInstance live-Database is gone (as the plan says)',
    ]);
  });

  it('assumes that a service represents a value as it did before', () => {
    const topic = desire(
      ['Topic', 'AWS::SNS::Topic', { DisplayName: 'a' }],
      [
        'Group',
        'AWS::AutoScaling::AutoScalingGroup',
        { MinSize: '1', LaunchTemplate: { LaunchTemplateName: { Ref: 'Topic' } } },
      ],
    );
    const shown = standing(topic, lookup).map(({ asset }) => {
      const LaunchTemplate = { LaunchTemplateId: 'lt-1', LaunchTemplateName: 'arn' };
      const attributes =
        asset.logicalId === 'Group' ? { ...asset.attributes, LaunchTemplate } : asset.attributes;
      return { asset: { ...asset, attributes }, properties: attributes };
    });
    const { rehearsal } = tryOut(altered(topic, 'Group', { MinSize: '2' }), shown, lookup);
    expect(rehearsal).toMatchObject({ outcome: 'passed', differences: [] });
  });

  it('passes if a service has its own form of a create-only property', () => {
    const topic = desire(
      ['Named', 'AWS::SNS::Topic', { DisplayName: 'a' }],
      ['Topic', 'AWS::SNS::Topic', { DisplayName: 'b', TopicName: { Ref: 'Named' } }],
    );
    const shown = standing(topic, lookup).map(({ asset }) => {
      const attributes =
        asset.logicalId === 'Topic' ? { ...asset.attributes, TopicName: 'x' } : asset.attributes;
      return { asset: { ...asset, attributes }, properties: attributes };
    });
    const { rehearsal } = tryOut(altered(topic, 'Topic', { DisplayName: 'c' }), shown, lookup);
    expect(rehearsal).toMatchObject({ outcome: 'passed', steps: 1, undoSteps: 1, differences: [] });
  });

  it('never shows the value of a secret', () => {
    const changed = altered(before, 'Database', { MasterUserPassword: '{{resolve:secretsmanager:other}}' });
    const careless: typeof planUndo = (input) => {
      const plan = planUndo(input);
      return { ...plan, steps: plan.steps.map((step) => ({ ...step, restore: { Engine: 'postgres' } })) };
    };
    const { rehearsal } = tryOut(changed, live, lookup, careless);
    expect(rehearsal.outcome).toBe('failed');
    expect(JSON.stringify(rehearsal)).not.toContain('resolve');
  });

  it('lists at most fifty differences, and counts the rest', () => {
    const many = desire(
      ...Array.from({ length: 70 }, (_, index): [string, string, JsonObject] => [
        `T${index}`,
        'AWS::SNS::Topic',
        {},
      ]),
    );
    const { rehearsal } = tryOut(many, [], lookup, (input) => ({ ...planUndo(input), steps: [] }));
    expect(rehearsal.differences).toHaveLength(50);
    expect(rehearsal.differences.at(-1)?.message).toBe('and 22 more differences');
  });
});
